package config

import (
	"io"
	"log/slog"
)

// Log says what is written to standard error.
type Log struct {
	LogLevel string `help:"What to log: ${enum}." enum:"debug,info,warn,error" default:"info"`
	LogText  bool   `help:"Lines for people instead of JSON."`
}

// Logger writes to w.
func (l Log) Logger(w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if l.LogText {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
