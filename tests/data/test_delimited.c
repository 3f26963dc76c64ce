/* Records and fields of CSV and TSV, where they begin, and what is refused. */
#include "check.h"
#include "support.h"

#include "data/text/delimited.h"

/* All records of a text: fields in brackets, a line a record; or the message. */
static const char *read_all(const char *text, char delimiter)
{
    static char result[sizeof(rondo_error)];
    rondo_error error = {0};
    rondo_source source;
    rondo_delimited reader;
    bool found;
    size_t used = 0;
    result[0] = '\0';
    if (rondo_source_copy("x.csv", text, &source, &error)) return "no source";
    rondo_delimited_start("x.csv", &source, delimiter, &reader);
    while (!rondo_delimited_next(&reader, &found, &error) && found) {
        for (int64_t i = 0; i < reader.count; i++) {
            const rondo_field *field = &reader.fields[i];
            CHECK_INTEGER(strlen(field->text), field->length);
            used += (size_t)snprintf(result + used, sizeof result - used, "[%s]", field->text);
        }
        used += (size_t)snprintf(result + used, sizeof result - used, ";");
    }
    if (error.status) snprintf(result, sizeof result, "%s", error.text);
    rondo_delimited_finish(&reader);
    rondo_source_finish(&source);
    return result;
}

static void plain_records(void)
{
    CHECK_TEXT(read_all("", 0), "");
    CHECK_TEXT(read_all("a", 0), "[a];");
    CHECK_TEXT(read_all("a,b\nc,d\n", 0), "[a][b];[c][d];");
    CHECK_TEXT(read_all("a,b\r\nc,d", 0), "[a][b];[c][d];");
    CHECK_TEXT(read_all(",\n\n\n,x\n", 0), "[][];[][x];");
    CHECK_TEXT(read_all("a;b,c", ';'), "[a][b,c];");
    CHECK_TEXT(read_all("a b\tc,d\n\t", 0), "[a b][c,d];[][];");
}

static void quotes(void)
{
    CHECK_TEXT(read_all("\"a,b\",c", 0), "[a,b][c];");
    CHECK_TEXT(read_all("\"say \"\"yes\"\"\",\"\"\n\"\"\"\",x", 0), "[say \"yes\"][];[\"][x];");
    CHECK_TEXT(read_all("\"two\nlines\",1\n\"x\",2\n", 0), "[two\nlines][1];[x][2];");
    CHECK_TEXT(read_all("5\" pipe,a\"b\"", 0), "[5\" pipe][a\"b\"];");
    CHECK_TEXT(read_all("\"a\"\tb\"\n\"c\td", 0), "[\"a\"][b\"];[\"c][d];");
    CHECK_TEXT(read_all("\"a,b\";\"c\"", ';'), "[a,b][c];");
}

static void bad_records(void)
{
    CHECK_TEXT(read_all("a,b\nc\n", 0), "x.csv:2: 1 field, but the first line has 2");
    CHECK_TEXT(read_all("a,b\n\"x\ny\",2\nc,d,e\n", 0),
               "x.csv:4: 3 fields, but the first line has 2");
    CHECK_TEXT(read_all("a,b\nc,\"d\ne", 0), "x.csv:2:3: this quote is never closed");
    CHECK_TEXT(read_all("a,\"b\"\"", 0), "x.csv:1:3: this quote is never closed");
    CHECK_TEXT(read_all("\"\xC3\xA9\nb\"c,d", 0),
               "x.csv:2:3: text after the closing quote of a field");
    CHECK_TEXT(read_all("\xC3\xA9,\"b\" ,d", 0),
               "x.csv:1:6: text after the closing quote of a field");
}

static void places(void)
{
    rondo_error error = {0};
    rondo_source source;
    rondo_delimited reader;
    bool found = false;
    CHECK(!rondo_source_copy("x", "\xC3\xA9\xC3\xA9,\"b\n\",c\nd,\"\"\"\",f", &source, &error));
    rondo_delimited_start("x", &source, 0, &reader);
    CHECK(!rondo_delimited_next(&reader, &found, &error) && found && reader.count == 3);
    CHECK_INTEGER(reader.fields[1].line, 1);
    CHECK_INTEGER(reader.fields[1].column, 4);
    CHECK_INTEGER(reader.fields[2].line, 2);
    CHECK_INTEGER(reader.fields[2].column, 3);
    CHECK(!rondo_delimited_next(&reader, &found, &error) && found && reader.count == 3);
    CHECK_INTEGER(reader.fields[2].line, 3);
    CHECK_INTEGER(reader.fields[2].column, 8);
    CHECK(!rondo_delimited_next(&reader, &found, &error) && !found);
    rondo_delimited_finish(&reader);
    rondo_source_finish(&source);
}

/* The column that `wanted` is in a header "text,2,label", or -1 with the message in *said. */
static int64_t column_of(const char *wanted, bool is_header, const char **said)
{
    static rondo_error error;
    rondo_source source;
    rondo_delimited reader;
    bool found;
    int64_t column = -7;
    memset(&error, 0, sizeof error);
    CHECK(!rondo_source_copy("x", "text,2,label\n", &source, &error));
    rondo_delimited_start("x", &source, 0, &reader);
    CHECK(!rondo_delimited_next(&reader, &found, &error) && found);
    rondo_delimited_column(&reader, is_header, "data.options.text", wanted, &column, &error);
    rondo_delimited_finish(&reader);
    rondo_source_finish(&source);
    *said = error.text;
    return column;
}

static void columns(void)
{
    const char *said;
    CHECK_INTEGER(column_of("text", true, &said), 0);
    CHECK_INTEGER(column_of("3", true, &said), 2);
    CHECK_INTEGER(column_of("2", true, &said), 1);
    CHECK_INTEGER(column_of("2", false, &said), 1);
    CHECK_TEXT(said, "");
    CHECK_INTEGER(column_of("label", false, &said), -1);
    CHECK_TEXT(said, "data.options.text: no column \"label\" in x, which has 3");
    CHECK_INTEGER(column_of("4", true, &said), -1);
    CHECK_TEXT(said, "data.options.text: no column \"4\" in x, which has 3: text, 2, label");
    CHECK_INTEGER(column_of("0", true, &said), -1);
}

int main(void)
{
    RUN(plain_records);
    RUN(quotes);
    RUN(bad_records);
    RUN(places);
    RUN(columns);
    return check_end();
}
