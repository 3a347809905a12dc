"""Run as a script: becomes the command that it is given, which from then on reaches nobody through a socket.

The filter of system calls outlives every change of program and user. It needs libseccomp, and no privilege. Sockets can
still be made, and others can connect to those of Unix, as the grader does.
"""
import errno
import os
import sys

# What sends to an address, and ways round that; memory that no process is charged with; and namespaces.
_REFUSED = ("connect", "sendmsg", "sendmmsg", "io_uring_setup", "memfd_create", "shmget", "semget", "msgget", "add_key",
            "keyctl", "ptrace", "bpf", "userfaultfd", "unshare", "setns")
_NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)  # flags of clone
_SHORTEST = 16  # bytes of an address on the internet; those with which a program asks for its interfaces have 12


def close():
    """Refuse this process, and all that it becomes or starts, to connect or to send to an address."""
    import pyseccomp  # of the extra `autograder`

    rules, refused = pyseccomp.SyscallFilter(pyseccomp.ALLOW), pyseccomp.ERRNO(errno.EACCES)
    for name in _REFUSED:
        rules.add_rule(refused, name)
    rules.add_rule(refused, "sendto", pyseccomp.Arg(5, pyseccomp.GE, _SHORTEST))
    for flag in _NAMESPACES:
        rules.add_rule(refused, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be seen: the C library takes clone
    rules.load()


if __name__ == "__main__":
    close()
    os.execv(sys.argv[1], sys.argv[1:])
