"""What is deleted by itself when its time is over: the worker looks after it, with nobody asking."""

from datetime import timedelta
from typing import Any

import pytest

from kheo.core import clock
from kheo.meetings.models import Attendance, Meeting
from kheo.operate import worker


@pytest.mark.django_db
def test_attendance_numbers_go_when_the_objection_period_is_over(city: Any, person: Any) -> None:
    over = Meeting.objects.create(
        place=city.area, starts_at=clock.now(), where="x", called_by=person(), called_at=clock.now(), objection_until=clock.today()
    )
    Attendance.objects.create(meeting=over, number=7)
    worker._sweep()
    assert Attendance.objects.exists()
    Meeting.objects.update(objection_until=clock.today() - timedelta(days=1))
    worker._sweep()
    assert not Attendance.objects.exists()
