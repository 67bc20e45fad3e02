/* Gray-Scott reaction-diffusion on a torus, drawn with half blocks in the
 * 256-colour palette; only the cells that changed are sent.  usage: wave FRAMES STEPS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#define W 96
#define H 52
static int shown[H][W];
static double u[H][W], v[H][W], u2[H][W], v2[H][W];
static const int ramp[] = {16,17,18,19,20,26,32,38,44,50,49,48,84,120,156,192,228,222,216,210};
static int shade(int y, int x)
{
    int k = (int)(v[y][x] * 48.0);
    return ramp[k < 0 ? 0 : k > 19 ? 19 : k];
}
int main(int argc, char **argv)
{
    int frames = argc > 1 ? atoi(argv[1]) : 300, steps = argc > 2 ? atoi(argv[2]) : 12;
    const double du = 0.16, dv = 0.08, f = 0.035, k = 0.060;
    struct timespec nap = {0, 45000000};
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            u[y][x] = 1.0;
    srand(11);
    for (int n = 0; n < 9; n++) {
        int cy = rand() % H, cx = rand() % W;
        for (int y = 0; y < 5; y++)
            for (int x = 0; x < 5; x++)
                u[(cy+y)%H][(cx+x)%W] = 0.5, v[(cy+y)%H][(cx+x)%W] = 0.25 + (rand() % 100) / 1000.0;
    }
    fputs("\033[?1049h\033[?25l\033[2J", stdout);
    for (int t = 0; t < frames; t++) {
        double mass = 0;
        for (int s = 0; s < steps; s++) {
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++) {
                    int n = (y+H-1)%H, d = (y+1)%H, l = (x+W-1)%W, r = (x+1)%W;
                    double uvv = u[y][x]*v[y][x]*v[y][x];
                    double lu = u[n][x]+u[d][x]+u[y][l]+u[y][r]-4*u[y][x];
                    double lv = v[n][x]+v[d][x]+v[y][l]+v[y][r]-4*v[y][x];
                    u2[y][x] = u[y][x] + du*lu - uvv + f*(1-u[y][x]);
                    v2[y][x] = v[y][x] + dv*lv + uvv - (f+k)*v[y][x];
                }
            memcpy(u, u2, sizeof u);
            memcpy(v, v2, sizeof v);
        }
        int fg = -1, bg = -1;
        for (int y = 0; y < H; y += 2) {
            int at = -1;                       /* the cursor's column, if known */
            for (int x = 0; x < W; x++) {
                int a = shade(y, x), b = shade(y+1, x);
                mass += v[y][x] + v[y+1][x];
                if (shown[y][x] == a && shown[y+1][x] == b) continue;
                shown[y][x] = a, shown[y+1][x] = b;
                if (at != x) printf("\033[%d;%dH", y / 2 + 1, x + 1);
                if (a != fg) printf("\033[38;5;%dm", fg = a);
                if (b != bg) printf("\033[48;5;%dm", bg = b);
                fputs("▀", stdout);
                at = x + 1;
            }
        }
        printf("\033[0m\033[%d;1H", H / 2 + 1);
        printf("frame %4d of %d   step %6d   total v = %9.4f   f = %.3f k = %.3f\033[K",
               t + 1, frames, (t + 1) * steps, mass, f, k);
        fflush(stdout);
        nanosleep(&nap, NULL);
    }
    fputs("\033[?25h\033[?1049l", stdout);
    printf("done: %d frames\n", frames);
    return 0;
}
