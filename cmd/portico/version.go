package main

import (
	"runtime"
	"runtime/debug"

	"github.com/portico-billing/portico/internal/billing"
)

// versionCommand says which program this is.
type versionCommand struct{}

// Run prints the version, the commit and the API version.
func (versionCommand) Run(std *streams) error {
	version, commit := "unknown", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	std.printf("portico %s%s (%s, API %s)\n", version, commit, runtime.Version(),
		billing.APIVersion)
	return nil
}
