"""System calls that no answer needs, refused by the kernel of the system (seccomp).

They hold memory that no process is charged with, or make namespaces, in which a user may do what only root does: sizes
and limits would be kept by nobody. The program is of the classic kind, as `bwrap --seccomp` takes it: see seccomp(2).
"""
import errno
import platform
import struct

_X86, _ARM = 0xC000003E, 0xC00000B7  # AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64
_X32 = 0x40000000  # x86 has its calls a second time, from this number on
_NAMESPACES = 0x7E020000  # the flags of clone that ask for new ones
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where they stand in what the program is given

# Numbers on x86-64 and on ARM.
_REFUSED = {
    "memfd_create": (319, 279), "memfd_secret": (447, 447),  # files in memory, of no file system
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),  # System V: they outlive those who made them
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "pivot_root": (155, 41), "chroot": (161, 51),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "ptrace": (101, 117),
}
_CLONE, _CLONE3 = (56, 220), (435, 435)


def program(machine=None):
    """Return the program, None for a kind of machine whose calls are not known here.

    Parameters
    ----------
    machine : str, optional
        As `platform.machine` names it; this one by default.

    Returns
    -------
    bytes or None
    """
    machine = machine or platform.machine()
    if machine not in ("x86_64", "aarch64"):
        return None
    column = machine == "aarch64"
    refuse = _RETURN, 0, 0, _ERROR | errno.EPERM
    steps = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, (_X86, _ARM)[column]), (_RETURN, 0, 0, _KILL),
             (_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":
        steps += [(_AT_LEAST, 0, 1, _X32), refuse]
    for numbers in _REFUSED.values():
        steps += [(_EQUAL, 0, 1, numbers[column]), refuse]
    # The flags of clone3 cannot be seen from here: without it, the C library takes clone.
    steps += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    steps += [(_EQUAL, 0, 3, _CLONE[column]), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_ANY_BIT, 0, 1, _NAMESPACES), refuse]
    return b"".join(struct.pack("=HBBI", *step) for step in [*steps, (_RETURN, 0, 0, _ALLOW)])
