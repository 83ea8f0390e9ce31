package archtest

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestEveryRoomIsPlanned(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, p := range listed(t) {
		found[p.Room] = true
		if RoomOf(p.Room) == nil {
			t.Errorf("%s is not in the plan: say in plan.go what it may import, and why it is "+
				"a room of its own", p.Room)
		}
		if len(p.CgoFiles) > 0 {
			t.Errorf("%s uses cgo; the binary is built without a C compiler", p.Room)
		}
	}
	seen := map[string]bool{}
	for _, r := range Rooms {
		if !found[r.Name] {
			t.Errorf("plan.go has a room %s that does not exist", r.Name)
		}
		if seen[r.Name] {
			t.Errorf("plan.go has %s twice", r.Name)
		}
		seen[r.Name] = true
		for _, to := range r.May {
			if to != "*" && RoomOf(to) == nil {
				t.Errorf("%s may import %s, which is not in the plan", r.Name, to)
			}
		}
	}
}

func TestImportsFollowThePlan(t *testing.T) {
	t.Parallel()
	for _, p := range listed(t) {
		room := RoomOf(p.Room)
		if room == nil {
			continue
		}
		for _, path := range p.Imports {
			to := roomName(path)
			if to != "" && !slices.Contains(room.May, to) && !slices.Contains(room.May, "*") {
				t.Errorf("%s may not import %s (see plan.go)", p.Room, to)
			}
		}
	}
}

// TestTestImports: a test may look further than its room, but the test of a pure room stays
// pure, and nobody imports the program.
func TestTestImports(t *testing.T) {
	t.Parallel()
	for _, p := range listed(t) {
		room := RoomOf(p.Room)
		if room == nil {
			continue
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			to := RoomOf(roomName(path))
			switch {
			case to == nil:
			case to.Floor == Program && room.Floor != Program:
				t.Errorf("tests of %s may not import %s", p.Room, to.Name)
			case strings.HasPrefix(to.Name, p.Room+"/"), to.Name == "spec":
				// a room's own generator, and the document that the nouns are compared with
			case room.Pure && to.Floor != Core:
				t.Errorf("%s is pure, and so are its tests: they may not import %s",
					p.Room, to.Name)
			}
		}
	}
}

// TestTestHelpersStayInTests: what exists for tests is imported by tests, or by its like.
func TestTestHelpersStayInTests(t *testing.T) {
	t.Parallel()
	for _, p := range listed(t) {
		from := RoomOf(p.Room)
		for _, path := range p.Imports {
			to := RoomOf(roomName(path))
			if from != nil && to != nil && to.Floor == Tools && from.Floor != Tools {
				t.Errorf("%s is for tests and generators: %s may not import it", to.Name, p.Room)
			}
		}
	}
}

// worldly are the imports that a pure room may not have, with everything below them.
var worldly = []string{"context", "crypto/rand", "database/sql", "io", "log", "math/rand", "net",
	"os", "runtime", "sync", "syscall", "unsafe"}

func TestPureRoomsStayPure(t *testing.T) {
	t.Parallel()
	for _, p := range listed(t) {
		room := RoomOf(p.Room)
		if room == nil || !room.Pure {
			continue
		}
		for path, why := range room.Spared {
			if why == "" || !slices.Contains(p.Imports, path) {
				t.Errorf("%s is spared for %s without need or reason", p.Room, path)
			}
		}
		for _, path := range p.Imports {
			if isWorldly(path) && room.Spared[path] == "" {
				t.Errorf("%s is pure and may not import %s", p.Room, path)
			}
		}
	}
}

func isWorldly(path string) bool {
	return slices.ContainsFunc(worldly, func(w string) bool {
		return path == w || strings.HasPrefix(path, w+"/")
	})
}

// TestPackageComments: a stranger can open any room and the first paragraph tells the truth.
func TestPackageComments(t *testing.T) {
	t.Parallel()
	const charactersMin = 80
	comments := map[*pkg]int{}
	for _, s := range parsed(t) {
		if !s.test && s.ast.Doc != nil {
			comments[s.pkg] += len(s.ast.Doc.Text())
		}
	}
	for _, p := range listed(t) {
		if len(p.GoFiles) > 0 && comments[p] < charactersMin {
			t.Errorf("%s needs a package comment: what it is for, owns, does not own, promises",
				p.Room)
		}
	}
}
