/* The least that running N commands, so many at a time, can cost: spawn and wait, and nothing else.
   Usage: spawn_loop COUNT SLOTS PROGRAM */
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv) {
    if (argc != 4) {
        return 2;
    }
    int left = atoi(argv[1]), slots = atoi(argv[2]), running = 0;
    char *arguments[] = {argv[3], NULL};
    while (left > 0 || running > 0) {
        if (left > 0 && running < slots) {
            pid_t child;
            if (posix_spawn(&child, argv[3], NULL, NULL, arguments, environ) != 0) {
                return 1;
            }
            running++;
            left--;
        } else {
            int status;
            if (wait(&status) < 0 || status != 0) {
                return 1;
            }
            running--;
        }
    }
    return 0;
}
