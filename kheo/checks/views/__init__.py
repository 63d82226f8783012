"""Act forms of this room. No page for a checker says, in any form, what was claimed."""
