"""The worker: slow work from the database's queue, lost work found again, old rows swept."""

import logging
import os
import secrets
import socket
import threading
from datetime import timedelta

from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from kheo.agreements import reminders as agreements
from kheo.checks import flagging
from kheo.checks.keeping import keep_rounds_going
from kheo.core import demo
from kheo.evidence.sweep import sweep
from kheo.ledger.reminders import remind
from kheo.meetings.actions import forget_attendance
from kheo.openlog.guard import LogReadOnly
from kheo.site.demo.playing import go_and_count

log = logging.getLogger("kheo.worker")
ATTEMPTS = 3
LONGEST = timedelta(minutes=15)  # no task of ours takes longer: what still runs then was lost with its machine
SWEEP = timedelta(hours=6)
ROUNDS = timedelta(seconds=60)


def new_worker_id() -> str:
    """ "host/pid/random": from it the reaper knows whether a worker is still there."""
    return f"{socket.gethostname()[:32]}/{os.getpid()}/{secrets.token_hex(6)}"


def _is_gone(worker_id: str) -> bool:
    host, _, rest = worker_id.partition("/")
    if host != socket.gethostname()[:32]:
        return False  # another machine's: only time tells
    try:
        os.kill(int(rest.partition("/")[0]), 0)
    except (ProcessLookupError, ValueError):
        return True
    except PermissionError:
        return False
    return False


def reap() -> int:
    """Put tasks whose worker died back into the queue, or give them up after three attempts; returns how many were found."""
    found = 0
    with transaction.atomic():
        for task in DBTaskResult.objects.select_for_update().filter(status=TaskResultStatus.RUNNING):
            overdue = task.started_at is not None and task.started_at < timezone.now() - LONGEST
            if not overdue and not (task.worker_ids and _is_gone(task.worker_ids[-1])):
                continue
            found += 1
            if len(task.worker_ids) < ATTEMPTS:
                task.status, task.started_at = TaskResultStatus.READY, None
                task.save(update_fields=["status", "started_at"])
                log.warning("a lost task goes back into the queue", extra={"fields": {"task": task.task_path}})
            else:
                task.status, task.finished_at = TaskResultStatus.FAILED, timezone.now()
                task.exception_class_path, task.traceback = "kheo.operate.worker.Lost", ""
                task.save(update_fields=["status", "finished_at", "exception_class_path", "traceback"])
                log.error("a task was lost three times and is given up", extra={"fields": {"task": task.task_path}})
    return found


class Lost(RuntimeError):
    """What a task that was given up failed of."""


def _sweep() -> None:
    call_command("clearsessions", verbosity=0)
    call_command("prune_db_task_results", verbosity=0)
    sweep()  # uploads that no act took
    remind()  # givers who asked for one letter
    agreements.remind()  # who looks after an agreement whose review day is near
    flagging.forget()  # what was noticed in a report and was nothing
    try:
        forget_attendance()
    except LogReadOnly:
        log.warning("the log is read-only: attendance numbers are deleted when it is writable again")


def _rounds() -> None:
    try:
        if demo.here():
            go_and_count()
        keep_rounds_going()
    except LogReadOnly:
        log.warning("the log is read-only: nobody is sent to count until it is writable again")


def _look_after(stop: threading.Event) -> None:
    swept = looked = None
    while not stop.is_set():
        try:
            reap()
            if swept is None or timezone.now() - swept > SWEEP:
                _sweep()
                swept = timezone.now()
            if looked is None or timezone.now() - looked > ROUNDS:
                _rounds()
                flagging.look()
                looked = timezone.now()
        except DatabaseError:
            log.exception("the reaper lost the database; it tries again")
            connection.close()
        close_old_connections()
        stop.wait(20)
    connection.close()


def run() -> None:
    """Work until told to stop (SIGTERM, SIGINT): the task under way is finished first."""
    worker = Worker(
        queue_names=["*"],
        interval=1,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=new_worker_id(),
        excluded_queue_names=[],
    )
    stop = threading.Event()
    reaper = threading.Thread(target=_look_after, args=(stop,), daemon=True)
    reaper.start()
    worker.configure_signals()
    try:
        worker.run()
    finally:
        stop.set()
        reaper.join(5)
