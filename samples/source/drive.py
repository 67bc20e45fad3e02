#!/usr/bin/env python3
"""Start `asciinema rec` on a pseudo-terminal and press the keys of a scene.

usage: drive.py ASCIINEMA SCENE OUT.cast

A scene is a text file, one step a line:
  size COLS ROWS   the terminal's size (first line)
  type TEXT        type TEXT key by key, press Enter
  run  TEXT        the same, then wait for the next prompt
  keys TEXT        send TEXT as it is (\\r, \\x1b and so on are understood)
  wait SECONDS     do nothing for a while
The recorder and the programs it records are the real ones; only the
keyboard is played by this script.  It needs nothing beyond Python 3.
"""
import fcntl, os, pty, random, re, select, struct, sys, termios, time

recorder, scene, out = sys.argv[1:4]
steps = [l.rstrip("\n").split(" ", 1) for l in open(scene, encoding="utf-8")
         if l.strip() and not l.startswith("#")]
cols, rows = map(int, steps.pop(0)[1].split())
rng = random.Random(7)

pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
    os.execv(recorder, [recorder, "rec", "-q", "--overwrite",
                        "-c", "bash --norc --noprofile -i", out])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
seen, alive = b"", True
ESC = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


def pump(seconds):
    """Read whatever the terminal shows for so long; False once it is gone."""
    global seen, alive
    end = time.monotonic() + seconds
    while alive and (left := end - time.monotonic()) > 0:
        if select.select([fd], [], [], left)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                alive = False
            seen = (seen + data)[-4096:]
    return alive


def prompt(limit=120):
    end = time.monotonic() + limit
    while alive and time.monotonic() < end:
        pump(0.12)
        if ESC.sub(b"", seen).endswith(b"demo$ "):
            return
    if alive:
        sys.exit("no prompt came back")


def send(text):
    global seen
    seen = b""
    os.write(fd, text.encode())


def typed(text):
    for ch in text:
        send(ch)
        pump(rng.uniform(0.02, 0.09) + (0.06 if ch == " " else 0))
    pump(0.25)
    send("\r")


prompt()
pump(0.5)
for verb, arg in steps:
    if verb == "wait":
        pump(float(arg))
    elif verb == "keys":
        send(re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), arg)
             .replace("\\r", "\r"))
        pump(0.3)
    else:
        typed(arg)
        if verb == "run":
            prompt()
            pump(0.4)
while alive:
    pump(1)
os.waitpid(pid, 0)
