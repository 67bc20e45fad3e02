#!/usr/bin/env python3
"""Write a C program that draws many compiler warnings into ./noisy."""
import os, random
rng = random.Random(5)
os.makedirs("noisy"); os.chdir("noisy")
N = 90
for n in range(N):
    c = [rng.randrange(3, 99) for _ in range(8)]
    open(f"part{n:02d}.c", "w").write(f"""#include <stdio.h>
#include <string.h>
#include "parts.h"

struct record{n:02d} {{ int id; unsigned size; double weight; const char *label; }};

static int unused_helper_{n:02d}(int a, int b) {{ return a * {c[0]} + b; }}

int part{n:02d}(int argc, const char *name)
{{
    struct record{n:02d} r = {{ {c[1]}, {c[2]} }};
    unsigned limit = {c[3]}u;
    int total, leftover = {c[4]};
    char small[{c[5] % 5 + 2}];

    for (int i = 0; i < limit; i++)
        total += i * {c[6]};
    switch (argc % 3) {{
    case 0: total += 1;
    case 1: total += {c[7]}; break;
    }}
    if (total = {c[1]})
        printf("%s has %d of weight %d\\n", name, r.size, r.weight);
    strcpy(small, "part {n:02d} has a long name");
    short narrow = total * 1.5;
    if (limit >= 0 && narrow == leftover | 1)
        return sizeof r > total;
    return small[0];
}}
""")
open("parts.h", "w").write("".join(f"int part{n:02d}(int argc, const char *name);\n" for n in range(N)))
open("main.c", "w").write('#include <stdio.h>\n#include "parts.h"\nint main(int argc, char **argv)\n{\n    long sum = 0;\n    (void)argv;\n'
    + "".join(f'    sum += argc > {900 + n} ? part{n:02d}(argc, "part") : {n};\n' for n in range(N))
    + '    printf("sum of %d parts: %ld\\n", ' + str(N) + ', sum);\n    return 0;\n}\n')
open("Makefile", "w").write("CFLAGS = -O2 -Wall -Wextra -Wconversion\nOBJ = main.o $(patsubst %.c,%.o,$(sort $(wildcard part*.c)))\n"
    "noisy: $(OBJ)\n\t$(CC) -o $@ $(OBJ)\n%.o: %.c parts.h\n\t$(CC) $(CFLAGS) -c -o $@ $<\nclean:\n\trm -f noisy *.o\n")
