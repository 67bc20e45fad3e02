#!/usr/bin/env python3
"""Write a small git repository with a long history into ./tally."""
import os, random, subprocess
rng = random.Random(3)
os.makedirs("tally/src"); os.chdir("tally")
NOUNS = "lamp river stone clock garden window ladder candle bridge copper needle harbour meadow pencil kettle anchor basket button feather lantern".split()
VERBS = "count scale merge split sort trim pad fold clip blend shift rank pick weigh mark".split()
def git(*a, n=0):
    when = f"2024-{1 + n // 27 % 12:02d}-{1 + n % 27:02d}T{8 + n % 10:02d}:{n * 7 % 60:02d}:00+0000"
    subprocess.run(["git", "-c", "user.name=Demo", "-c", "user.email=demo@example.org", *a],
                   check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when})
def func(v, n, k):
    c = rng.randrange(2, 90)
    return [f"/* {v} every {n}; entries below {c} are left alone */",
            f"long {v}_{n}_{k}(const long *row, unsigned len)", "{",
            "    long sum = 0;", "    for (unsigned i = 0; i < len; i++) {",
            f"        if (row[i] < {c})", "            continue;",
            f"        sum += row[i] {rng.choice('+-*^')} {rng.randrange(2, 9)};", "    }",
            "    return sum;", "}", ""]
git("init", "-q", "-b", "main")
files = {}
for n in range(140):
    v, noun = rng.choice(VERBS), rng.choice(NOUNS)
    path = f"src/{noun}.c"
    if path not in files:
        files[path] = [f"/* {noun}.c: helpers for the {noun} table */", "", f"static const int {noun}_table[] = {{"] + [
            "    " + ", ".join(f"{rng.randrange(10000):4d}" for _ in range(10)) + "," for _ in range(40)] + ["};", ""]
        msg = f"{noun}: add the table"
    else:
        msg = f"{noun}: {rng.choice(['tune', 'refresh', 'correct', 'tidy'])} the numbers, add {v}"
    body = files[path]
    for i in [i for i, l in enumerate(body) if l.startswith("    ") and l.endswith(",")]:
        if rng.random() < .3:
            body[i] = "    " + ", ".join(f"{rng.randrange(10000):4d}" for _ in range(10)) + ","
    for k in range(rng.randrange(2, 7)):
        body += func(rng.choice(VERBS), noun, f"{n}{'abcdefg'[k]}")
    open(path, "w").write("\n".join(body) + "\n")
    git("add", ".", n=n)
    git("commit", "-q", "-m", msg, "-m", f"The {noun} table drifted; {v} now agrees with the notes.", n=n)
