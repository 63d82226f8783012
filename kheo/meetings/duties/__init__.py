"""What must follow a decision, with its last day: laid down in the act that decides, done by people or by Khéo itself.

Overdue counts as not done, also when it was done later; the page says both.
"""

from kheo.meetings.duties.acts import add_kit_duties, answered, create_for, fulfil_duty
from kheo.meetings.duties.rules import may_fulfil_duty

__all__ = ["add_kit_duties", "answered", "create_for", "fulfil_duty", "may_fulfil_duty"]
