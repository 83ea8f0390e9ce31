//go:build crashtest

package main

import (
	"os"
	"syscall"
)

// crashPoint kills this process at the point between two phases that PORTICO_CRASH_AT names, as
// `kill -9` would: nothing is flushed, closed or answered.
func crashPoint() func(point string) {
	at := os.Getenv("PORTICO_CRASH_AT")
	return func(point string) {
		if point == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // until the signal arrives
		}
	}
}
