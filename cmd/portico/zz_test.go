package main

import ("testing";"context";"os";"time";"log/slog"
"github.com/portico-billing/portico/internal/clock"
"github.com/portico-billing/portico/internal/config")

func TestZZ(t *testing.T) {
	p := plan{database: config.Database{Data: t.TempDir()}, publicURL:"http://127.0.0.1:1", simulatorURL:"http://127.0.0.1:2", clock: clock.System{}, log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	s := time.Now()
	_, err := history(context.Background(), p)
	t.Log(time.Since(s), err)
}
