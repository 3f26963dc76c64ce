#include "data/text/moment.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { DAY = 86400, HOUR = 3600, MINUTE = 60, MOST_DIGITS = 9 };

typedef struct civil {
    int64_t year, month, day; /* month and day from 1 */
} civil;

/* --- calendar: eras of 400 years, years from March (Howard Hinnant, days_from_civil) --- */

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t days_of(const civil *date)
{
    int64_t year = date->year - (date->month <= 2), era = floor_divide(year, 400);
    int64_t of_era = year - era * 400;
    int64_t month = (date->month + 9) % 12; /* from March */
    int64_t of_year = (153 * month + 2) / 5 + date->day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static civil civil_of(int64_t days)
{
    days += 719468;
    int64_t era = floor_divide(days, 146097), of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    civil date = {.day = of_year - (153 * month + 2) / 5 + 1,
                  .month = month < 10 ? month + 3 : month - 9};
    date.year = year + era * 400 + (date.month <= 2);
    return date;
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && is_leap);
}

static bool is_date(const civil *date)
{
    return date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= days_in(date->year, date->month);
}

/* --- reading --- */

/* `count` digits, or 1 to `count` where the number may be short; false: they are not there. */
static bool take_digits(const char **at, int count, bool may_be_short, int64_t *value)
{
    int taken = 0;
    for (*value = 0; taken < count && isdigit((unsigned char)**at); taken++)
        *value = 10 * *value + (*(*at)++ - '0');
    return (taken == count || (may_be_short && taken > 0)) && !isdigit((unsigned char)**at);
}

static bool take_packed(const char **at, civil *date)
{
    int64_t digits = 0;
    for (int i = 0; i < 8; i++, (*at)++) {
        if (!isdigit((unsigned char)**at)) return false;
        digits = 10 * digits + (**at - '0');
    }
    *date = (civil){digits / 10000, digits / 100 % 100, digits % 100};
    return !isdigit((unsigned char)**at) && date->year >= 1800 && date->year < 2200;
}

static bool take_year_first(const char **at, civil *date, rondo_moment_form *form)
{
    const char *text = *at;
    if (!take_digits(at, 4, false, &date->year)) {
        *at = text;
        return take_packed(at, date);
    }
    form->separator = **at;
    if (form->separator != '-' && form->separator != '/' && form->separator != '.') return false;
    (*at)++;
    bool may_be_short = form->separator != '-';
    if (!take_digits(at, 2, may_be_short, &date->month)) return false;
    date->day = 1;
    form->has_day = **at == form->separator;
    if (!form->has_day) return form->separator == '-' && **at == '\0';
    (*at)++;
    return take_digits(at, 2, may_be_short, &date->day);
}

static bool take_year_last(const char **at, civil *date, rondo_moment_form *form)
{
    bool is_day_first = form->order == RONDO_DAY_FIRST;
    if (!take_digits(at, 2, true, is_day_first ? &date->day : &date->month)) return false;
    form->separator = **at;
    if (form->separator != '-' && form->separator != '/' && form->separator != '.') return false;
    (*at)++;
    if (!take_digits(at, 2, true, is_day_first ? &date->month : &date->day)) return false;
    if (*(*at)++ != form->separator) return false;
    return take_digits(at, 4, false, &date->year);
}

static bool take_date(const char **at, civil *date, rondo_moment_form *form)
{
    const char *text = *at;
    int order = form->order;
    form->order = RONDO_YEAR_FIRST;
    if (take_year_first(at, date, form)) return is_date(date);
    *at = text;
    *form = (rondo_moment_form){.order = order, .has_day = true};
    return order != RONDO_YEAR_FIRST && take_year_last(at, date, form) && is_date(date);
}

/* ".25": its value, and how many digits it has. */
static double take_fraction(const char **at, int *digits)
{
    double value = 0, unit = 1;
    *digits = 0;
    if ((**at != '.' && **at != ',') || !isdigit((unsigned char)(*at)[1])) return 0;
    for ((*at)++; isdigit((unsigned char)**at); (*at)++) {
        value += (unit /= 10) * (**at - '0');
        *digits += *digits < MOST_DIGITS;
    }
    return value;
}

static bool takes_next(const char **at, bool is_packed)
{
    bool is_next = is_packed ? isdigit((unsigned char)**at) : **at == ':';
    if (is_next && !is_packed) (*at)++;
    return is_next;
}

static bool take_two(const char **at, int64_t *value)
{
    if (!isdigit((unsigned char)(*at)[0]) || !isdigit((unsigned char)(*at)[1])) return false;
    *value = 10 * ((*at)[0] - '0') + ((*at)[1] - '0');
    *at += 2;
    return true;
}

/* Hours, minutes and seconds, as many as there are; 24:00 is the next day's start. */
static bool take_clock(const char **at, rondo_moment_form *form, double *seconds)
{
    int64_t parts[3] = {0};
    if (isdigit((unsigned char)(*at)[0]) && (*at)[1] == ':') /* 9:30 */
        parts[0] = *(*at)++ - '0';
    else if (!take_two(at, &parts[0]))
        return false;
    form->is_packed = isdigit((unsigned char)**at);
    for (form->clock = 1; form->clock < 3 && takes_next(at, form->is_packed); form->clock++)
        if (!take_two(at, &parts[form->clock])) return false;
    double fraction = form->clock == 3 ? take_fraction(at, &form->digits) : 0;
    *seconds = (double)(parts[0] * HOUR + parts[1] * MINUTE + parts[2]) + fraction;
    return parts[1] < 60 && parts[2] <= 60 && *seconds <= DAY + 1 &&
           (parts[0] < 24 || *seconds <= DAY);
}

static bool take_zone(const char **at, rondo_moment_form *form, int32_t *zone)
{
    int64_t hours, minutes = 0;
    char sign = **at;
    *zone = 0;
    if (sign == 'Z' || sign == 'z') {
        (*at)++;
        form->zone = 1;
        return true;
    }
    if (sign != '+' && sign != '-') return true;
    (*at)++;
    if (!take_two(at, &hours)) return false;
    form->zone = **at == ':' ? 4 : **at ? 3 : 2;
    if (form->zone == 4) (*at)++;
    if (form->zone > 2 && !take_two(at, &minutes)) return false;
    *zone = (int32_t)((hours * 60 + minutes) * MINUTE) * (sign == '-' ? -1 : 1);
    return hours < 24 && minutes < 60;
}

bool rondo_moment_read_date(const char *text, int order, rondo_moment *moment,
                            rondo_moment_form *form)
{
    civil date = {0};
    double seconds = 0;
    *form = (rondo_moment_form){.order = order, .has_day = true};
    if (!take_date(&text, &date, form)) return false;
    form->kind = RONDO_MOMENT_LOCAL;
    moment->zone = 0;
    if (*text == 'T' || *text == ' ') {
        form->between = *text++;
        if (!take_clock(&text, form, &seconds)) return false;
        if (*text == ' ' && (text[1] == '+' || text[1] == '-' || text[1] == 'Z')) text++;
        if (!take_zone(&text, form, &moment->zone)) return false;
        if (form->zone) form->kind = RONDO_MOMENT_ZONED;
    }
    moment->at = (double)(days_of(&date) * DAY) + seconds - (double)moment->zone;
    return *text == '\0';
}

static bool read_number(const char *text, rondo_moment *moment, rondo_moment_form *form)
{
    const char *point = strchr(text, '.');
    *form = (rondo_moment_form){.kind = RONDO_MOMENT_NUMBER};
    *moment = (rondo_moment){0};
    if (!rondo_text_real(text, &moment->at)) return false;
    bool is_plain = text[strspn(text, "+-.0123456789")] == '\0';
    size_t digits = is_plain && point ? strlen(point + 1) : 0;
    form->digits = is_plain && digits <= MOST_DIGITS ? (int)digits : -1;
    return true;
}

bool rondo_moment_read(const char *text, int order, rondo_moment *moment, rondo_moment_form *form)
{
    return rondo_moment_read_date(text, order, moment, form) || read_number(text, moment, form);
}

bool rondo_moment_resembles(const char *text)
{
    int64_t parts[3];
    char separator = '\0';
    for (int i = 0; i < 3; i++) {
        if (!take_digits(&text, 4, true, &parts[i])) return false;
        if (i == 0) separator = *text;
        if (i == 2) continue;
        if (!separator || !strchr("-/.", separator) || *text != separator) return false;
        text++;
    }
    bool is_likely = (parts[0] <= 31 && parts[1] <= 31) || (parts[1] <= 12 && parts[2] <= 31);
    return is_likely && strchr(" ,T", *text) != NULL; /* a time behind it, or the end */
}

/* --- writing --- */

typedef struct civil_time {
    civil date;
    double seconds; /* of the day */
} civil_time;

static civil_time place_of(const rondo_moment *moment)
{
    double local = moment->at + (double)moment->zone, days = floor(local / DAY);
    return (civil_time){civil_of((int64_t)days), local - days * DAY};
}

static int write_date(const civil *date, const rondo_moment_form *form, char *text)
{
    char separator[2] = {form->separator, '\0'};
    long long year = (long long)date->year, month = (long long)date->month,
              day = (long long)date->day;
    if (form->order == RONDO_DAY_FIRST)
        return snprintf(text, RONDO_MOMENT_SIZE, "%02lld%s%02lld%s%04lld", day, separator, month,
                        separator, year);
    if (form->order == RONDO_MONTH_FIRST)
        return snprintf(text, RONDO_MOMENT_SIZE, "%02lld%s%02lld%s%04lld", month, separator, day,
                        separator, year);
    if (!form->has_day)
        return snprintf(text, RONDO_MOMENT_SIZE, "%04lld%s%02lld", year, separator, month);
    return snprintf(text, RONDO_MOMENT_SIZE, "%04lld%s%02lld%s%02lld", year, separator, month,
                    separator, day);
}

static int write_clock(double seconds, const rondo_moment_form *form, char *text, size_t size)
{
    const char *colon = form->is_packed ? "" : ":";
    int64_t whole = (int64_t)seconds;
    long long hours = whole / HOUR, minutes = whole / MINUTE % 60;
    int64_t whole_minutes = whole / MINUTE * MINUTE;
    if (form->clock == 1) return snprintf(text, size, "%c%02lld", form->between, hours);
    if (form->clock == 2)
        return snprintf(text, size, "%c%02lld%s%02lld", form->between, hours, colon, minutes);
    int width = form->digits > 0 ? 3 + form->digits : 2;
    return snprintf(text, size, "%c%02lld%s%02lld%s%0*.*f", form->between, hours, colon, minutes,
                    colon, width, form->digits, seconds - (double)whole_minutes);
}

static void write_zone(int32_t zone, const rondo_moment_form *form, char *text, size_t size)
{
    int64_t minutes = zone / MINUTE;
    char sign = minutes < 0 ? '-' : '+';
    if (minutes < 0) minutes = -minutes;
    if (form->zone == 1)
        snprintf(text, size, "Z");
    else if (form->zone == 2)
        snprintf(text, size, "%c%02lld", sign, (long long)(minutes / 60));
    else
        snprintf(text, size, "%c%02lld%s%02lld", sign, (long long)(minutes / 60),
                 form->zone == 4 ? ":" : "", (long long)(minutes % 60));
}

/* Rounded to what is written, so that no 12:00:60 comes out. */
void rondo_moment_write(const rondo_moment *moment, const rondo_moment_form *form,
                        char text[RONDO_MOMENT_SIZE])
{
    if (form->kind == RONDO_MOMENT_NUMBER) {
        if (form->digits < 0)
            snprintf(text, RONDO_MOMENT_SIZE, "%.15g", moment->at);
        else
            snprintf(text, RONDO_MOMENT_SIZE, "%.*f", form->digits, moment->at);
        return;
    }
    double unit = pow(10, form->digits);
    const rondo_moment rounded = {round(moment->at * unit) / unit, moment->zone};
    civil_time at = place_of(&rounded);
    int used = write_date(&at.date, form, text);
    if (form->clock > 0)
        used += write_clock(at.seconds, form, text + used, (size_t)(RONDO_MOMENT_SIZE - used));
    if (form->zone > 0)
        write_zone(moment->zone, form, text + used, (size_t)(RONDO_MOMENT_SIZE - used));
}

/* --- months --- */

bool rondo_moment_is_last(const rondo_moment *moment)
{
    civil_time at = place_of(moment);
    return at.date.day == days_in(at.date.year, at.date.month);
}

int64_t rondo_moment_months(const rondo_moment *from, const rondo_moment *to)
{
    civil_time a = place_of(from), b = place_of(to);
    bool is_same_day = a.date.day == b.date.day;
    bool are_last = rondo_moment_is_last(from) && rondo_moment_is_last(to);
    if (a.seconds != b.seconds || !(is_same_day || are_last)) return 0;
    return (b.date.year - a.date.year) * 12 + b.date.month - a.date.month;
}

rondo_moment rondo_moment_add_months(const rondo_moment *moment, int64_t months, bool is_last)
{
    civil_time at = place_of(moment);
    int64_t month = at.date.year * 12 + at.date.month - 1 + months;
    civil date = {floor_divide(month, 12), month - floor_divide(month, 12) * 12 + 1, at.date.day};
    int64_t most = days_in(date.year, date.month);
    if (is_last || date.day > most) date.day = most;
    return (rondo_moment){(double)(days_of(&date) * DAY) + at.seconds - (double)moment->zone,
                          moment->zone};
}
