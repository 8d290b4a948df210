"""RQ: each job is one call into gotv.services. Plain processes, no gevent; every job may run twice and says why."""
