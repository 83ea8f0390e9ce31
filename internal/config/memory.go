package config

import (
	"os"
	"runtime/debug"
)

// gcPercent lets the heap grow to three times what is in use before garbage is collected; Go's
// own 100 lets it double. What is in use is small beside what a request leaves behind, so a busy
// server collects often. docs/performance.md says what it takes in memory; scripts/bench.sh
// measures with the same number.
const gcPercent = 200

// TuneMemory makes the runtime collect as suits this program, unless GOGC says otherwise.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
