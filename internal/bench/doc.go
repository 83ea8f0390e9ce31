// Package bench measures the program beside the limit of the machine that it runs on, and beside
// stripe-mock.
//
// It owns the measurements, what they are compared with, and the table that is printed; the aims
// in it are those of docs/performance.md. It only runs when asked (make bench), and asserts
// nothing: numbers of a busy machine would fail at random.
//
// It promises that what is compared was measured in turns, in one run, with medians shown; and
// that the limit is the very rows that the program wrote, written again by plain statements: the
// same tables, indexes, bytes and number of commits, without reading, rules or JSON work.
package bench
