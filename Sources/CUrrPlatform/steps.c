// Counts what a thread executes, instruction by instruction: with the trap flag set, the processor
// raises an exception after each instruction, and the kernel delivers it as SIGTRAP. Some
// microseconds an instruction, but exact, the same on every run, and in need of no hardware counter
// and no permission.
#define _GNU_SOURCE
#include "CUrrPlatform.h"

#if defined(__x86_64__) && defined(__linux__)

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static atomic_flag in_use = ATOMIC_FLAG_INIT;
static volatile urr_step_counts counts;
static volatile bool after_exchange;
static volatile uint64_t previous;
static volatile uint64_t after_call;
static struct sigaction former;
static sigset_t former_mask;

enum { zero_flag = 0x40 };

static bool is_legacy_prefix(uint8_t byte) {
    switch (byte) {
    case 0x66: case 0x67: case 0x2e: case 0x36: case 0x3e: case 0x26: case 0x64: case 0x65:
    case 0xf0: case 0xf2: case 0xf3:
        return true;
    default:
        return false;
    }
}

// Looks at the instruction that is executed next. Opcodes: AMD64 Architecture Programmer's Manual,
// volume 3, appendix A.
static void classify(const uint8_t *code, uint64_t address) {
    bool locked = false, repeated = false;
    while (is_legacy_prefix(*code)) {
        locked |= *code == 0xf0;
        repeated |= *code == 0xf2 || *code == 0xf3;
        code++;
    }
    // A string instruction traps after each repetition; it is one instruction.
    bool is_string = (*code >= 0xa4 && *code <= 0xa7) || (*code >= 0xaa && *code <= 0xaf);
    if (repeated && is_string && address == previous) return;
    counts.instructions++;
    if ((*code & 0xf0) == 0x40) code++;  // REX
    bool is_memory = (code[1] & 0xc0) != 0xc0;
    // An exchange with memory locks the bus with or without the prefix.
    bool is_exchange = (*code == 0x86 || *code == 0x87) && is_memory;
    if (locked || is_exchange) counts.atomics++;
    if (code[0] == 0x0f && code[1] == 0x05) {
        counts.system_calls++;
        after_call = (uint64_t)(code + 2);
    }
    bool is_compare = code[0] == 0x0f && (code[1] == 0xb0 || code[1] == 0xb1);
    bool is_wide = code[0] == 0x0f && code[1] == 0xc7 && (code[2] & 0x38) == 0x08;
    after_exchange = locked && (is_compare || is_wide);
}

static void step(int number, siginfo_t *information, void *context) {
    (void)number;
    (void)information;
    const ucontext_t *state = context;
    uint64_t address = (uint64_t)state->uc_mcontext.gregs[REG_RIP];
    // Kernels differ in whether the return from a system call traps, or only the instruction after
    // it; that one is executed in either case.
    uint64_t returned = after_call;
    after_call = 0;
    if (returned != 0 && returned != address) classify((const uint8_t *)returned, returned);
    if (after_exchange) {
        // A compare-and-exchange that failed has cleared the zero flag.
        if ((state->uc_mcontext.gregs[REG_EFL] & zero_flag) == 0) counts.failed_exchanges++;
        after_exchange = false;
    }
    classify((const uint8_t *)address, address);
    previous = address;
}

__attribute__((noinline)) bool urr_steps_begin(void) {
    if (atomic_flag_test_and_set(&in_use)) return false;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = step;
    action.sa_flags = SA_SIGINFO;
    // Nothing else may be handled meanwhile: it would be counted.
    sigfillset(&action.sa_mask);
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGTRAP);
    if (sigaction(SIGTRAP, &action, &former) != 0) {
        atomic_flag_clear(&in_use);
        return false;
    }
    pthread_sigmask(SIG_SETMASK, &all, &former_mask);
    memset((void *)&counts, 0, sizeof counts);
    after_exchange = false;
    previous = 0;
    after_call = 0;
    // Past the red zone: the caller may have values below the stack pointer.
    __asm__ volatile(
        "lea -128(%%rsp), %%rsp\n\tpushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\t"
        "lea 128(%%rsp), %%rsp" ::: "memory", "cc");
    return true;
}

__attribute__((noinline)) void urr_steps_end(urr_step_counts *result) {
    __asm__ volatile(
        "lea -128(%%rsp), %%rsp\n\tpushfq\n\tandq $~0x100, (%%rsp)\n\tpopfq\n\t"
        "lea 128(%%rsp), %%rsp" ::: "memory", "cc");
    memcpy(result, (const void *)&counts, sizeof *result);
    pthread_sigmask(SIG_SETMASK, &former_mask, NULL);
    sigaction(SIGTRAP, &former, NULL);
    atomic_flag_clear(&in_use);
}

// Counts `turns` of a known sequence.
__attribute__((noinline)) static bool count_known(uint64_t turns, urr_step_counts *result) {
    uint64_t cell = 1;
    if (!urr_steps_begin()) return false;
    // 109 instructions a turn: two locked ones, of which one is an exchange that fails, an exchange
    // without a prefix, and a system call.
    __asm__ volatile(
        "1:\n\t"
        ".rept 100\n\tnop\n\t.endr\n\t"
        "lock incq (%[cell])\n\t"
        "xorl %%eax, %%eax\n\t"
        "movl $7, %%ecx\n\t"
        "lock cmpxchgq %%rcx, (%[cell])\n\t"
        "xchgq %%rcx, (%[cell])\n\t"
        "movl %[call], %%eax\n\t"
        "syscall\n\t"
        "decq %[turns]\n\t"
        "jnz 1b\n\t"
        : [turns] "+r"(turns)
        : [cell] "r"(&cell), [call] "i"(SYS_getpid)
        : "rax", "rcx", "r11", "memory", "cc");
    urr_steps_end(result);
    return true;
}

bool urr_steps_work(void) {
    urr_step_counts one, three;
    // What lies around the turns is the same both times.
    if (!count_known(1, &one) || !count_known(3, &three)) return false;
    return three.instructions - one.instructions == 2 * 109 && three.atomics - one.atomics == 6 &&
           three.failed_exchanges - one.failed_exchanges == 2 &&
           three.system_calls - one.system_calls == 2;
}

#else

bool urr_steps_begin(void) { return false; }
void urr_steps_end(urr_step_counts *result) { (void)result; }
bool urr_steps_work(void) { return false; }

#endif
