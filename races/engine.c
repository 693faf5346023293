/* A stand-in for somebody's engine: its sections fill the file, as those of a real library do, so that a file that is cut
 * anywhere is one that cannot be used. Built as a library and as a program. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef ENGINE_VERSION
#define ENGINE_VERSION "1.0.0"
#endif

const char *engine_version(void) { return ENGINE_VERSION; }

__asm__(".section .data\n"
        ".balign 4096\n"
        "engine_table: .fill (8 * 1024 * 1024 / 4), 4, 0x5eed5eed\n"
        ".text\n");
extern const unsigned engine_table[];

/* Reads every page. */
unsigned engine_answer(void) {
    unsigned wrong = 0;
    for (unsigned long at = 0; at < 8ul * 1024 * 1024 / 4; at += 1024)
        wrong += engine_table[at] != 0x5eed5eed;
    return wrong == 0 ? 42 : wrong;
}

/* What Node looks for in an addon. */
void *napi_register_module_v1(void *env, void *exports) {
    (void)env;
    return engine_answer() == 42 ? exports : 0;
}

int main(int count, char **words) {
    if (engine_answer() != 42) {
        fprintf(stderr, "the engine is not whole\n");
        return 1;
    }
    /* A server says that it is there, and is until it is told to stop. */
    for (int at = 1; at < count; at++)
        if (strcmp(words[at], "--dbpath") == 0) {
            printf("waiting for connections\n");
            fflush(stdout);
            pause();
        }
    printf("engine %s\n", engine_version());
    return 0;
}
