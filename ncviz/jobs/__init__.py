"""Work in the background: what is asked of a job, what it tells, and how it ends."""
