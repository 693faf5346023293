/* A stand-in for somebody's engine: its sections fill the file, as those of a real library do, so that a file that is cut
 * anywhere is one that cannot be used. Built as a library and as a program. */
#include <stdio.h>

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

int main(void) {
    if (engine_answer() != 42) {
        fprintf(stderr, "the engine is not whole\n");
        return 1;
    }
    printf("engine %s\n", engine_version());
    return 0;
}
