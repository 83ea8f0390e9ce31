// Command portico is the program: a billing server with the API of Stripe and a portal for
// customers, its worker, and the few commands that an operator needs.
//
// It owns the wiring, which reads from top to bottom: configuration, database, gateway, commands,
// doors, listeners (wire.go, serve.go). It also owns the company of the demonstration. It does
// not own a rule: whatever it does goes through the API or package app.
//
// It promises that what is secret is printed once, on standard output, and never logged; that it
// stops when it is asked to, after what it had begun; and that it says in one sentence why it
// does not start.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // accounts have time zones, and machines may have none

	"github.com/alecthomas/kong"

	"github.com/portico-billing/portico/internal/config"
)

// cli is every command. Flags win over the environment (PORTICO_LISTEN and so on).
type cli struct {
	Serve   serveCommand   `cmd:"" help:"Serve the API and the portal, and do what falls due."`
	Worker  workerCommand  `cmd:"" help:"Do what falls due, beside servers on one PostgreSQL."`
	Migrate migrateCommand `cmd:"" help:"Bring the database up to date."`
	Account struct {
		Create accountCreateCommand `cmd:"" help:"Add a company and print its keys."`
	} `cmd:"" help:"Companies that bill."`
	Doctor struct {
		Verify verifyCommand `cmd:"" help:"Check the books; exit 1 when something is wrong."`
	} `cmd:"" help:"Look after the data."`
	Demo    demoCommand    `cmd:"" help:"Serve a demonstration company with a year of history."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// streams are where a command writes: answers to out, everything else to err.
type streams struct{ out, err io.Writer }

func (s *streams) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format, args...) // nobody to tell when nobody reads
}

func main() {
	config.TuneMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // asked a second time, it ends at once
	os.Exit(run(ctx, os.Args[1:], &streams{os.Stdout, os.Stderr}))
}

// run carries out one command line and says the exit code: 0 done, 1 failed, 80 misused.
func run(ctx context.Context, args []string, std *streams) int {
	var c cli
	code := -1
	parser, err := kong.New(&c,
		kong.Name("portico"),
		kong.Description("Self-hosted subscription billing with Stripe's API and a portal."),
		kong.DefaultEnvars("PORTICO"),
		kong.Writers(std.out, std.err),
		kong.Exit(func(n int) { code = n }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		panic("portico: the command line is wrong in itself: " + err.Error())
	}
	parsed, err := parser.Parse(spelled(args))
	if code >= 0 { // help was asked for
		return code
	}
	if err == nil {
		if err = parsed.Run(); err == nil {
			return 0
		}
	}
	return complain(std, err)
}

// spelled lets people ask for help and version the way they do elsewhere.
func spelled(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		return []string{"version"}
	default:
		return args
	}
}

// complain says what went wrong, and where to read what would have been right.
func complain(std *streams, err error) int {
	_, _ = fmt.Fprintln(std.err, "portico: "+err.Error())
	misuse, ok := errors.AsType[*kong.ParseError](err)
	if !ok {
		return 1
	}
	command := "portico"
	if node := misuse.Context.Selected(); node != nil {
		command += " " + node.Path()
	}
	_, _ = fmt.Fprintf(std.err, "Run %q to see what can be said.\n", command+" --help")
	return misuse.ExitCode()
}
