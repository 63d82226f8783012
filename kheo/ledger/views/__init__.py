"""The pages of the book: the acts on it, and the book that everybody may read."""
