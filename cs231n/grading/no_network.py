"""Run as a script: becomes the command that it is given, which from then on has no sockets but those of Unix.

The filter of system calls outlives every change of program and user. It needs no privilege, and libseccomp.
"""
import errno
import os
import socket
import sys

# Ways round `socket`, and memory that outlives the processes of a user.
_REFUSED = ("io_uring_setup", "shmget", "semget", "msgget", "unshare", "setns", "bpf", "userfaultfd")


def close():
    """Refuse this process, and all that it becomes or starts, sockets of every kind but Unix."""
    import pyseccomp  # of the extra `autograder`

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    rules.add_rule(pyseccomp.ERRNO(errno.EACCES), "socket", pyseccomp.Arg(0, pyseccomp.NE, socket.AF_UNIX))
    for name in _REFUSED:
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    rules.load()


if __name__ == "__main__":
    close()
    os.execv(sys.argv[1], sys.argv[1:])
