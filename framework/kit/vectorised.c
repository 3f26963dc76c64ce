/* RONDO_VECTORISED is target_clones: the function is built several times, and the loader chooses one by a
 * relocation of its own type, R_X86_64_IRELATIVE, which is there in a stripped file, too. */
#define _GNU_SOURCE /* dl_iterate_phdr */
#include "kit/vectorised.h"

#include <stdbool.h>
#include <stdio.h>

#include "rondo/cell.h"
#include "rondo/loss.h"
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(RONDO_NO_DISPATCH)

#include <link.h>

typedef struct module_search {
    uintptr_t address; /* in the file that is meant */
    bool is_found;
    int64_t dispatched;
} module_search;

static int64_t count_dispatched(const ElfW(Rela) * relocations, size_t bytes)
{
    int64_t count = 0;
    for (size_t i = 0; relocations && i < bytes / sizeof *relocations; i++)
        count += ELF64_R_TYPE(relocations[i].r_info) == R_X86_64_IRELATIVE;
    return count;
}

/* Addresses in the dynamic section are relocated already, or not, as the C library likes. */
static const ElfW(Rela) * relocations_at(const struct dl_phdr_info *file, ElfW(Addr) address)
{
    return (const ElfW(Rela) *)(address < file->dlpi_addr ? address + file->dlpi_addr : address);
}

static int64_t count_in(const struct dl_phdr_info *file, const ElfW(Dyn) * dynamic)
{
    const ElfW(Rela) *data = NULL, *calls = NULL;
    size_t data_size = 0, calls_size = 0;
    for (; dynamic->d_tag != DT_NULL; dynamic++) {
        if (dynamic->d_tag == DT_RELA) data = relocations_at(file, dynamic->d_un.d_ptr);
        if (dynamic->d_tag == DT_JMPREL) calls = relocations_at(file, dynamic->d_un.d_ptr);
        if (dynamic->d_tag == DT_RELASZ) data_size = dynamic->d_un.d_val;
        if (dynamic->d_tag == DT_PLTRELSZ) calls_size = dynamic->d_un.d_val;
    }
    return count_dispatched(data, data_size) + count_dispatched(calls, calls_size);
}

static int look_at(struct dl_phdr_info *file, size_t size, void *context)
{
    module_search *s = context;
    const ElfW(Dyn) *dynamic = NULL;
    bool is_it = false;
    (void)size;
    for (int i = 0; i < file->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &file->dlpi_phdr[i];
        uintptr_t start = file->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_DYNAMIC) dynamic = (const ElfW(Dyn) *)start;
        if (part->p_type == PT_LOAD && s->address >= start && s->address - start < part->p_memsz)
            is_it = true;
    }
    if (!is_it) return 0;
    s->is_found = dynamic;
    if (dynamic) s->dispatched = count_in(file, dynamic);
    return 1;
}

/* A function of the plugin; 0: of a kind without loops over numbers. */
static uintptr_t function_of(const rondo_plugin *plugin)
{
    if (plugin->kind == RONDO_KIND_CELL) return (uintptr_t)((const rondo_cell *)plugin)->plan;
    if (plugin->kind == RONDO_KIND_LOSS) return (uintptr_t)((const rondo_loss *)plugin)->activate;
    if (plugin->kind == RONDO_KIND_OPTIMIZER)
        return (uintptr_t)((const rondo_optimizer *)plugin)->update;
    return 0;
}

void kit_hint_vectorised(const rondo_plugin *plugin)
{
    module_search s = {.address = function_of(plugin)};
    if (s.address) dl_iterate_phdr(look_at, &s);
    if (s.is_found && s.dispatched == 0)
        printf("hint: %s has no function with RONDO_VECTORISED before it: its loops are built for "
               "the oldest processor, and may take twice the time\n",
               plugin->name);
    else if (s.is_found && s.dispatched == 1 && plugin->kind == RONDO_KIND_CELL)
        printf(
            "hint: %s has RONDO_VECTORISED before one function only: forward or backward is built "
            "for the oldest processor, and may take twice the time\n",
            plugin->name);
}

#else

void kit_hint_vectorised(const rondo_plugin *plugin)
{
    (void)plugin;
}

#endif
