"""What an interrupted job offers at the next start, and the mode of a session."""

import pytest

from agent.batch import (
    ExecutionMode,
    RecoveryChoice,
    SessionModeManager,
    check_interrupted_jobs,
    handle_recovery_choice,
)
from agent.errors import ShipchatError
from agent.ledger import JobService, JobStatus
from agent.ledger.tables import Outbox


def test_nothing_interrupted(jobs: JobService, job_id: str) -> None:
    assert check_interrupted_jobs(jobs) is None


def test_a_running_job_is_told_with_its_last_row(jobs: JobService, job_id: str) -> None:
    jobs.update_status(job_id, JobStatus.running)
    for row in jobs.get_rows(job_id)[:2]:
        jobs.complete_row(row.id, f"1Z{row.row_number}", "/l", 100)
    jobs.set_error(job_id, "E-3001", "bad ZIP")
    info = check_interrupted_jobs(jobs)
    assert info is not None
    assert (info.completed, info.total, info.remaining, info.last_row) == (2, 5, 3, 2)
    assert info.prompt == "2/5 complete. Last: row 2 (1Z2). 3 remaining. Last error: E-3001: bad ZIP"


def test_a_doubt_is_named_whatever_the_status(jobs: JobService, job_id: str) -> None:
    jobs.fail_row(jobs.get_rows(job_id)[0].id, "E-4220", "lost", "in_doubt")
    jobs.update_status(job_id, JobStatus.failed)
    info = check_interrupted_jobs(jobs)
    assert info is not None
    assert "1 in doubt" in info.prompt


def test_results_owed_to_the_sheet_are_named_whatever_the_status(jobs: JobService, job_id: str) -> None:
    for row in jobs.get_rows(job_id):
        jobs.complete_row(row.id, f"1Z{row.row_number}", "/l", 100)
    jobs.update_status(job_id, JobStatus.completed_with_warnings)
    jobs.session.add(Outbox(job_id=job_id, row_number=5, kind="write", value="1Z5", shipped_at="2026-11-21T00:00:00Z"))
    jobs.session.commit()
    info = check_interrupted_jobs(jobs)
    assert info is not None
    assert info.prompt == "5/5 complete. Last: row 5 (1Z5). 0 remaining. 1 results not in the sheet yet."


def test_cancel_skips_what_is_pending(jobs: JobService, job_id: str) -> None:
    jobs.complete_row(jobs.get_rows(job_id)[0].id, "1Z1", "/l", 100)
    assert handle_recovery_choice(RecoveryChoice.CANCEL, job_id, jobs)["action"] == "cancel"
    assert [row.status for row in jobs.get_rows(job_id)] == ["completed"] + ["skipped"] * 4
    assert jobs.require(job_id).status == "cancelled"


def test_resume_changes_nothing(jobs: JobService, job_id: str) -> None:
    assert handle_recovery_choice(RecoveryChoice.RESUME, job_id, jobs)["action"] == "resume"
    assert {row.status for row in jobs.get_rows(job_id)} == {"pending"}


def test_restart_makes_a_new_job_and_resets_no_row(jobs: JobService, job_id: str) -> None:
    jobs.complete_row(jobs.get_rows(job_id)[0].id, "1Z1", "/l", 100)
    answer = handle_recovery_choice(RecoveryChoice.RESTART, job_id, jobs)
    assert answer["action"] == "restart"
    fresh = jobs.require(answer["job_id"])
    assert (fresh.original_command, fresh.status, fresh.total_rows) == ("Ship all", "pending", 0)
    assert fresh.id != job_id
    assert jobs.get_rows(job_id)[0].tracking_number == "1Z1"


def test_no_restart_over_a_doubt(jobs: JobService, job_id: str) -> None:
    jobs.fail_row(jobs.get_rows(job_id)[0].id, "E-4220", "lost", "in_doubt")
    with pytest.raises(ShipchatError, match="E-4213"):
        handle_recovery_choice(RecoveryChoice.RESTART, job_id, jobs)


def test_the_mode_is_locked_while_a_batch_runs() -> None:
    modes = SessionModeManager()
    assert modes.mode is ExecutionMode.CONFIRM
    modes.set_mode(ExecutionMode.AUTO)
    modes.lock()
    with pytest.raises(ValueError):
        modes.set_mode(ExecutionMode.CONFIRM)
    modes.unlock()
    modes.set_mode("confirm")
    assert modes.mode is ExecutionMode.CONFIRM
