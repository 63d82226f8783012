"""A witness policy that would protect nobody, said before the city starts."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from kheo.openlog import keys, own_policy
from kheo.openlog.witnessing.policy import BadPolicy


@register()
def witness_policy(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """KHEO_WITNESS_POLICY: readable, of this log, strong, and with addresses to ask."""
    try:
        policy = own_policy.policy()
    except BadPolicy as e:
        return [Error(f"The witness policy is none: {e}.", hint="docs/witnessing.md shows one.", id="kheo.E020")]
    if policy is None:
        return []
    found: list[CheckMessage] = []
    if weakness := policy.weakness():
        found.append(Warning(f"The witness policy is weak: {weakness}.", hint="Take 3 of 4, or more.", id="kheo.W020"))
    asked = {name for name, witness in policy.witnesses.items() if witness.url}
    if not policy.satisfied(asked):
        found.append(
            Error(
                "The witness policy asks for more witnesses than it has addresses of: no quorum can come together.",
                hint="Write each witness's address behind its key.",
                id="kheo.E021",
            )
        )
    try:
        own = keys.verifier()
    except keys.NoKey:
        return found
    if policy.logs and own not in [log.key for log in policy.logs]:
        found.append(
            Warning(
                "The witness policy names other logs, but not this one: nobody can check our receipts with it.",
                hint=f"Add the line: log {own}",
                id="kheo.W021",
            )
        )
    return found
