"""Run as a script: becomes the command that it is given, which from then on reaches nobody through a socket.

The filter of system calls outlives every change of program and user. It needs libseccomp, and no privilege. Sockets can
still be made, and others can connect to those of Unix, as the grader does.
"""
import errno
import os
import sys

# What sends to an address; ways round that; and memory that would outlive the processes of a user.
_REFUSED = ("connect", "sendmsg", "sendmmsg", "io_uring_setup", "shmget", "semget", "msgget", "unshare", "setns", "bpf",
            "userfaultfd")
_SHORTEST = 16  # bytes of an address on the internet; those with which a program asks for its interfaces have 12


def close():
    """Refuse this process, and all that it becomes or starts, to connect or to send to an address."""
    import pyseccomp  # of the extra `autograder`

    rules, refused = pyseccomp.SyscallFilter(pyseccomp.ALLOW), pyseccomp.ERRNO(errno.EACCES)
    for name in _REFUSED:
        rules.add_rule(refused, name)
    rules.add_rule(refused, "sendto", pyseccomp.Arg(5, pyseccomp.GE, _SHORTEST))
    rules.load()


if __name__ == "__main__":
    close()
    os.execv(sys.argv[1], sys.argv[1:])
