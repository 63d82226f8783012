"""Once per person and thing, without remembering who: a key that can be compared, never followed."""

import hashlib
import hmac

from django.conf import settings

from kheo.core.actor import Actor


def once_key(what: str, thing: object, actor: Actor) -> str:
    """HMAC-SHA256(secret, ``what`` | ``thing``'s id | account, household or device), 64 hex digits.

    The same person doing the same to the same thing has the same key, so that a unique column counts once; keys of two things
    don't link, and nobody is found from a key without the secret and a guess at who it was.
    """
    return hmac.new(settings.SECRET_KEY.encode(), f"{what}\n{thing}|{actor.key}".encode(), hashlib.sha256).hexdigest()
