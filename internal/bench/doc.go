// Package bench measures the program beside the limit of the machine that it runs on: the same
// rows, bytes and commits written by plain statements, without any JSON work.
//
// It owns the measurements and what they are compared with. It owns no aim: those stand in
// docs/performance.md. It only runs when asked (make bench), and writes nothing but its table.
//
// It promises that what is compared was measured in turns, in one run, and that the medians are
// shown.
package bench
