"""``kheo simulate``: what a headline shows when claims are inflated or invented, and how wrong rules would let it lie. No Django."""
