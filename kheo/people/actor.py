"""From an account or a device to the :class:`Actor` that rules ask."""

from kheo.core.actor import Actor, Grant, Role
from kheo.people.models import Assignment, User

#: Somebody who only looks: no account, and no nameless act yet.
NOBODY = Actor(key="nobody")


def actor_of(user: User) -> Actor:
    """The actor of an account with the roles whose term covers today. One query; none at all for a closed account."""
    if not user.is_active:
        return Actor(key=f"user:{user.pk}", user_id=user.pk, name=user.name)
    roles = Assignment.objects.current().filter(user=user).order_by("id").values_list("role", "place__path")
    grants = tuple(Grant(Role(role), path) for role, path in roles if path)
    return Actor(key=f"user:{user.pk}", user_id=user.pk, name=user.name, grants=grants)


def actor_of_device(device: str) -> Actor:
    """The nameless actor behind a device cookie."""
    return Actor(key=f"device:{device}")
