// Package archtest checks the house itself: who may import whom, which rooms may touch the
// world, how long a function may grow, which modules the binary is made of.
//
// It owns the plan of the house (this file), from which the table in docs/ARCHITECTURE.md is
// written, and the ratchet (ratchet.txt), the list of today's offenders against the limits of
// size, which may only shrink. It owns no rule about billing.
//
// It promises to fail on any package, dependency or generated file that nobody decided on, and
// to say in the message what to do. All of it runs in a few seconds and needs no network.
package archtest

// Floor is a part of the house. A room imports rooms of its own floor or of floors below.
type Floor string

// The floors, from the ground up.
const (
	Core    Floor = "The core: pure rules"
	World   Floor = "What touches the world"
	Command Floor = "The command room"
	Doors   Floor = "The doors"
	Program Floor = "The program"
	Tools   Floor = "Generators and tests"
)

// Floors lists the floors in the order in which the map shows them.
var Floors = []Floor{Core, World, Command, Doors, Program, Tools}

// Room is a package of the house and what it may know.
type Room struct {
	Name  string // path below internal/, or cmd/…
	Floor Floor
	May   []string // rooms that it may import, "*": any
	// Pure rooms compute: same input, same output. They may not import what touches the world.
	Pure bool
	// Spared are worldly imports that a pure room has nevertheless, each with the reason.
	Spared map[string]string
	// Why explains an arrow that the floors alone do not explain.
	Why string
}

var (
	nouns   = []string{"money", "calendar", "billing"}
	engines = []string{"pricing", "discounting", "taxing", "proration", "invoicing", "lifecycle",
		"dunning", "ledger"}
	lazy = map[string]string{"sync": "embedded tables are decoded at first use, once"}
)

// Rooms is the plan of the house. A package that is missing here fails the test: a new room is a
// decision, and belongs in docs/decisions.
var Rooms = []Room{
	{Name: "money", Floor: Core, Pure: true},
	{Name: "calendar", Floor: Core, Pure: true},
	{Name: "billing", Floor: Core, Pure: true, May: rooms("money", "calendar")},
	{Name: "color", Floor: Core, Pure: true},
	{Name: "i18n", Floor: Core, Pure: true, May: rooms("i18n/cldr"), Spared: lazy},
	{Name: "i18n/cldr", Floor: Core, Pure: true, Spared: lazy},
	{Name: "pricing", Floor: Core, Pure: true, May: nouns},
	{Name: "discounting", Floor: Core, Pure: true, May: nouns},
	{Name: "taxing", Floor: Core, Pure: true, May: nouns},
	{Name: "dunning", Floor: Core, Pure: true, May: nouns},
	{Name: "ledger", Floor: Core, Pure: true, May: nouns},
	{Name: "proration", Floor: Core, Pure: true, May: rooms("pricing", nouns...)},
	{Name: "invoicing", Floor: Core, Pure: true,
		May: append(rooms("pricing", "discounting", "taxing", "proration", "ledger", "i18n"),
			nouns...),
		Why: "lines of an invoice are described in the customer's language"},
	{Name: "lifecycle", Floor: Core, Pure: true,
		May: append(rooms("invoicing", "dunning", "pricing", "discounting", "proration", "i18n"),
			nouns...)},

	{Name: "clock", Floor: World},
	{Name: "id", Floor: World, May: rooms("clock"), Why: "the only room that draws randomness"},
	{Name: "store", Floor: World, May: rooms("id", nouns...),
		Why: "knows nouns and SQL, never a rule"},
	{Name: "gateway", Floor: World, May: nouns},
	{Name: "gateway/simulator", Floor: World, May: rooms("gateway", nouns...),
		Why: "it has books of its own; only the program and web/simulator know it"},
	{Name: "outbound", Floor: World},
	{Name: "pdf", Floor: World, May: rooms("i18n", append(nouns, "color")...)},
	{Name: "mail", Floor: World, May: rooms("i18n", append(nouns, "color")...)},

	{Name: "app", Floor: Command,
		May: append(rooms("clock", "id", "store", "gateway", "outbound", "pdf", "mail", "i18n"),
			append(nouns, engines...)...),
		Why: "the only room that knows the rules and the store, and opens write transactions"},

	{Name: "api/params", Floor: Doors},
	{Name: "api/form", Floor: Doors, May: rooms("api/params", "billing")},
	{Name: "api/expand", Floor: Doors, May: rooms("store", append(nouns, "api/params")...)},
	{Name: "api", Floor: Doors,
		May: append(rooms("app", "store", "api/form", "api/params", "api/expand", "clock", "id",
			"outbound"), nouns...)},
	{Name: "web/kit", Floor: Doors, May: rooms("i18n", append(nouns, "color")...)},
	{Name: "web/portal/view", Floor: Doors, May: rooms("i18n", append(nouns, "web/kit")...)},
	{Name: "web/portal", Floor: Doors,
		May: append(rooms("app", "store", "clock", "id", "i18n", "pdf", "web/kit",
			"web/portal/view"), nouns...)},
	{Name: "web/mailbox", Floor: Doors, May: rooms("app", "store", "i18n", "web/kit",
		"web/portal/view", "billing"), Why: "its pages are drawn beside those of the portal"},
	{Name: "web/simulator", Floor: Doors,
		May: rooms("gateway", "gateway/simulator", "i18n", "money", "web/kit"),
		Why: "on a listener of its own"},
	{Name: "worker", Floor: Doors,
		May: append(rooms("app", "store", "clock", "outbound", "mail"), nouns...)},

	{Name: "config", Floor: Program},
	{Name: "cmd/portico", Floor: Program, May: rooms("*")},

	{Name: "web/storybook", Floor: Tools,
		May: rooms("i18n", "web/kit", "web/portal/view", "web/simulator", "mail", "billing")},
	{Name: "web/storybook/cmd", Floor: Tools, May: rooms("web/storybook")},
	{Name: "i18n/keygen", Floor: Tools, May: rooms("i18n/keygen/keys")},
	{Name: "i18n/keygen/keys", Floor: Tools},
	{Name: "i18n/cldr/gen", Floor: Tools, May: rooms("i18n", "i18n/cldr")},
	{Name: "api/params/gen", Floor: Tools, May: rooms("api/params", "spec")},
	{Name: "spec", Floor: Tools, Why: "the one way to that document; tests and generators only"},
	{Name: "store/pgtest", Floor: Tools, May: rooms("clock")},
	{Name: "store/storetest", Floor: Tools,
		May: rooms("store", append(nouns, "store/pgtest", "id", "clock")...)},
	{Name: "gateway/gatewaytest", Floor: Tools, May: rooms("gateway", "money")},
	{Name: "scenario", Floor: Tools, May: rooms("*"), Why: "it lives in the whole house"},
	{Name: "sim", Floor: Tools, May: rooms("*"),
		Why: "it lives in the whole house, with a faulty gateway and an auditor of its own"},
	{Name: "bench", Floor: Tools, May: rooms("*"), Why: "it measures the whole house"},
	{Name: "archtest", Floor: Tools},
}

func rooms(first string, more ...string) []string { return append([]string{first}, more...) }

// RoomOf finds a room by its name; nil when it is not in the plan.
func RoomOf(name string) *Room {
	for i := range Rooms {
		if Rooms[i].Name == name {
			return &Rooms[i]
		}
	}
	return nil
}
