"""Where a Temporal server is, for those who let one hand the rows of a batch out."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class TemporalSettings(BaseModel):
    """A Temporal server and the task queue of one ledger: see docs/how-to/temporal.md."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    address: str = Field(default="127.0.0.1:7233", pattern=r"^[^\s:/]+:\d{1,5}$")
    """HOST:PORT of its front end."""
    namespace: str = Field(default="default", min_length=1)
    """The namespace that its operator made for shipchat."""
    task_queue: str = Field(default="shipchat", min_length=1)
    """The queue that the workers of this ledger take their work from: one for each ledger."""
    rows_per_second: float | None = Field(default=None, gt=0)
    """How many rows are begun per second at most, by all workers together; the server sees to it. Unset = no limit."""
    lost_after_s: float = Field(default=30.0, ge=1)
    """Seconds without a sign of life from a worker until its rows count as in doubt."""
    tls: bool = False
    """Talk TLS to it; always on with an API key or a certificate."""
    tls_ca: Path | None = None
    """The certificate (PEM) that signs the server's; unset = what this machine trusts."""
    tls_certificate: Path | None = None
    """The certificate (PEM) that this machine shows to the server, with `tls_key`."""
    tls_key: Path | None = None
    """The key (PEM) of `tls_certificate`; the file is read, never copied."""
