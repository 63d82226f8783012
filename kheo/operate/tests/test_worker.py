"""Lost tasks are found again, and given up after three attempts."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kheo.operate import worker

pytestmark = pytest.mark.django_db


def running(worker_ids: list[str], minutes: int = 1) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="kheo.nowhere.task",
        backend_name="default",
        run_after=timezone.now(),
        started_at=timezone.now() - timedelta(minutes=minutes),
        worker_ids=worker_ids,
        exception_class_path="",
        traceback="",
    )


@pytest.fixture
def dead() -> str:
    """The id of a worker that was here and is gone."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return worker.new_worker_id().replace(f"/{os.getpid()}/", f"/{gone.pid}/")


def test_a_killed_workers_task_goes_back_and_a_living_ones_stays(dead: str) -> None:
    lost, at_work = running([dead]), running([worker.new_worker_id()])
    assert worker.reap() == 1
    lost.refresh_from_db()
    at_work.refresh_from_db()
    assert (lost.status, at_work.status) == (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    assert lost.started_at is None


def test_another_machines_task_is_lost_only_after_a_while() -> None:
    fresh, old = running(["elsewhere/7/aa"], minutes=2), running(["elsewhere/7/aa"], minutes=30)
    worker.reap()
    assert {t.pk: t.status for t in DBTaskResult.objects.all()} == {fresh.pk: TaskResultStatus.RUNNING, old.pk: TaskResultStatus.READY}


def test_three_attempts_are_enough(dead: str, caplog: Any) -> None:
    task = running([dead, dead, dead])
    worker.reap()
    task.refresh_from_db()
    assert (task.status, task.exception_class_path) == (TaskResultStatus.FAILED, "kheo.operate.worker.Lost")
