"""`python -m mcp_servers.jobs`: the jobs server over stdin and stdout."""

import os

from mcp_servers.jobs.handlers import JobsApp
from mcp_servers.jobs.server import fixed_path, jobs_table
from mcp_servers.shared.limits import limit_memory
from mcp_servers.shared.stdio import serve

if __name__ == "__main__":
    limit_memory()
    serve(jobs_table(JobsApp(fixed_path=fixed_path(os.environ))).server())
