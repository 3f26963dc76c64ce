#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/html_private.h"

enum { HASH_DIGITS = 8 };

/* --- runs --- */

static void add_run(rondo_page *page, const rondo_compared_run *run)
{
    const rondo_compared_variant *variant = &page->comparison->variants[run->variant];
    const rondo_comparison *c = page->comparison;
    rondo_text_add(page->html, "<tr id=\"run-%03lld\"><th>%lld</th><td>", (long long)run->number,
                   (long long)run->number);
    rondo_html_add_text(page, c->is_search ? c->groups[variant->group].name : variant->name);
    rondo_text_add(page->html, "</td><td>%lld</td><td>", (long long)run->seed);
    if (run->best_epoch > 0)
        rondo_text_add(page->html, "%lld/%lld", (long long)run->best_epoch, (long long)run->epochs);
    rondo_text_add(page->html, "</td><td>");
    rondo_html_add_value(page, run->best_valid);
    rondo_text_add(page->html, "</td><td>");
    rondo_html_add_value(page, run->value);
    rondo_text_add(page->html, "</td><td>%.*s</td><td>", HASH_DIGITS, run->config_hash);
    if (run->state != RONDO_RUN_DONE) {
        rondo_text_add(page->html, "<b>%s</b>", rondo_run_state_name(run->state));
        if (run->rung > 0) rondo_text_add(page->html, " after rung %lld", (long long)run->rung);
        if (run->reason && run->reason[0]) {
            rondo_text_add(page->html, ": ");
            rondo_html_add_text(page, run->reason);
        }
        rondo_text_add(page->html, "<br/>");
    }
    rondo_html_add_text(page, run->repeat);
    rondo_text_add(page->html, "</td></tr>\n");
}

void rondo_html_add_runs(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    rondo_text_add(page->html,
                   "<div class=\"wide\"><table>\n<caption>Each run with the command that repeats "
                   "it, and a hash of all settings that its result depends on (first 8 "
                   "digits).</caption>\n<thead><tr><th scope=\"col\">Run</th><th scope=\"col\" "
                   "class=\"t\">Variant</th><th scope=\"col\">Seed</th><th scope=\"col\">Best "
                   "epoch</th><th scope=\"col\">Valid ");
    rondo_html_add_text(page, c->metric.figure);
    rondo_text_add(page->html, "</th><th scope=\"col\">");
    rondo_html_add_text(page, c->metric.name);
    rondo_text_add(page->html, "</th><th scope=\"col\">Config</th><th "
                               "scope=\"col\" class=\"t\">Command</th></tr></thead>\n"
                               "<tbody>\n");
    for (int64_t r = 0; r < c->run_count; r++)
        add_run(page, &c->runs[r]);
    rondo_text_add(page->html, "</tbody></table></div>\n");
}

/* --- appendix --- */

/* A machine as far as it matters: what runs have in common is told once. */
static bool is_same(const rondo_compared_machine *a, const rondo_compared_machine *b)
{
    const char *const left[] = {a->host, a->kernel, a->version};
    const char *const right[] = {b->host, b->kernel, b->version};
    for (int i = 0; i < 3; i++)
        if (strcmp(left[i] ? left[i] : "", right[i] ? right[i] : "") != 0) return false;
    return a->threads == b->threads;
}

static bool is_first(const rondo_comparison *c, int64_t run)
{
    for (int64_t r = 0; r < run; r++)
        if (is_same(&c->runs[r].machine, &c->runs[run].machine)) return false;
    return true;
}

static void add_known(rondo_page *page, const char *text)
{
    rondo_text_add(page->html, "<td class=\"t\">");
    rondo_html_add_text(page, text && text[0] ? text : "not known");
    rondo_text_add(page->html, "</td>");
}

static void add_machine(rondo_page *page, const rondo_compared_machine *machine)
{
    const rondo_comparison *c = page->comparison;
    double seconds = 0, cpu = 0;
    int64_t count = 0;
    for (int64_t r = 0; r < c->run_count; r++) {
        const rondo_compared_machine *other = &c->runs[r].machine;
        if (!is_same(other, machine)) continue;
        count++;
        if (isfinite(other->seconds)) seconds += other->seconds;
        if (isfinite(other->cpu_seconds)) cpu += other->cpu_seconds;
    }
    rondo_text_add(page->html, "<tr>");
    add_known(page, machine->host);
    add_known(page, machine->kernel);
    add_known(page, machine->version);
    rondo_text_add(page->html, "<td>");
    rondo_html_add_count(page, machine->threads > 0 ? (double)machine->threads : NAN);
    rondo_text_add(page->html, "</td><td>%lld</td><td>", (long long)count);
    rondo_html_add_number(page, seconds, 1);
    rondo_text_add(page->html, "</td><td>");
    rondo_html_add_number(page, cpu > 0 ? cpu : NAN, 1);
    rondo_text_add(page->html, "</td></tr>\n");
}

void rondo_html_add_appendix(rondo_page *page)
{
    const rondo_comparison *c = page->comparison;
    rondo_text_add(
        page->html,
        "<!-- appendix: what depends on where and when the runs were trained -->\n<section "
        "id=\"appendix\">\n<h2>Appendix: machines and time</h2>\n<p>Only this part depends on "
        "where, when and in which order the runs were trained.</p>\n");
    rondo_html_add_figure(page, RONDO_REPORT_TIME);
    rondo_text_add(
        page->html,
        "<div class=\"wide\"><table>\n<caption>Machines on which the runs were "
        "trained.</caption>\n<thead><tr><th scope=\"col\" class=\"t\">Machine</th><th "
        "scope=\"col\" class=\"t\">Kernel</th><th scope=\"col\" class=\"t\">rondo</th><th "
        "scope=\"col\">Threads</th><th scope=\"col\">Runs</th><th scope=\"col\">Seconds</th><th "
        "scope=\"col\">Processor seconds</th></tr></thead>\n<tbody>\n");
    for (int64_t r = 0; r < c->run_count; r++)
        if (is_first(c, r)) add_machine(page, &c->runs[r].machine);
    rondo_text_add(page->html, "</tbody></table></div>\n</section>\n");
}
