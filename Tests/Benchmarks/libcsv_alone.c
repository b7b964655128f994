// What libcsv alone can do, on one core: the floor that `make bench` measures resync against.
//
//   libcsv_alone read FILE...          parses the files, with callbacks that do nothing
//   libcsv_alone copy OUTPUT FILE...   parses each file, and writes its cells back as CSV, one file after the other, to
//                                      OUTPUT; files that are not named *.csv are copied as they are
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { piece = 1 << 20 };

static void ignore_cell(void *cell, size_t length, void *state) { (void)cell, (void)length, (void)state; }
static void ignore_row(int end, void *state) { (void)end, (void)state; }

struct copy {
  FILE *output;
  int is_behind_cell;
  char *quoted;
  size_t room;
};

static void stop(const char *what) {
  perror(what);
  exit(1);
}

static void copy_cell(void *cell, size_t length, void *state) {
  struct copy *copy = state;
  if (copy->room < 2 * length + 2) {
    copy->room = 4 * length + 64;
    copy->quoted = realloc(copy->quoted, copy->room);
    if (copy->quoted == NULL) stop("memory");
  }
  if (copy->is_behind_cell) putc_unlocked(',', copy->output);
  copy->is_behind_cell = 1;
  const size_t count = csv_write(copy->quoted, copy->room, cell, length);
  if (fwrite_unlocked(copy->quoted, 1, count, copy->output) != count) stop("writing");
}

static void copy_row(int end, void *state) {
  struct copy *copy = state;
  (void)end;
  copy->is_behind_cell = 0;
  putc_unlocked('\n', copy->output);
}

static void pass(const char *name, struct copy *copy) {
  static char buffer[piece];
  const char *suffix = strrchr(name, '.');
  const int is_csv = copy == NULL || (suffix != NULL && strcmp(suffix, ".csv") == 0);
  struct csv_parser parser;
  FILE *input = fopen(name, "rb");
  if (input == NULL || csv_init(&parser, 0) != 0) stop(name);
  size_t count;
  while ((count = fread(buffer, 1, piece, input)) > 0) {
    if (!is_csv) {
      if (fwrite(buffer, 1, count, copy->output) != count) stop("writing");
    } else if (csv_parse(&parser, buffer, count, copy ? copy_cell : ignore_cell, copy ? copy_row : ignore_row, copy) != count) {
      fprintf(stderr, "%s: %s\n", name, csv_strerror(csv_error(&parser)));
      exit(1);
    }
  }
  if (ferror(input)) stop(name);
  if (is_csv) csv_fini(&parser, copy ? copy_cell : ignore_cell, copy ? copy_row : ignore_row, copy);
  csv_free(&parser);
  fclose(input);
}

int main(int count, char **arguments) {
  if (count > 2 && strcmp(arguments[1], "read") == 0) {
    for (int i = 2; i < count; i++) pass(arguments[i], NULL);
    return 0;
  }
  if (count > 3 && strcmp(arguments[1], "copy") == 0) {
    struct copy copy = {.output = fopen(arguments[2], "wb")};
    if (copy.output == NULL) stop(arguments[2]);
    setvbuf(copy.output, NULL, _IOFBF, piece);
    for (int i = 3; i < count; i++) pass(arguments[i], &copy);
    if (fclose(copy.output) != 0) stop(arguments[2]);
    return 0;
  }
  fprintf(stderr, "libcsv_alone read FILE... | copy OUTPUT FILE...\n");
  return 2;
}
