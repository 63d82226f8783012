"""What the database itself holds, whoever writes."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kheo.agreements.models import State, Version
from tests.acts import World


@pytest.mark.django_db
def test_one_version_holds_at_a_time(city: Any, actor: Any, person: Any, photo_upload: Any) -> None:
    held = World(city, actor, person, photo_upload).agreement("in-force")
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(agreement=held.agreement, number=2, state=State.IN_FORCE)
    Version.objects.create(agreement=held.agreement, number=2, state=State.DRAFT)
