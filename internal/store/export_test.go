package store

import "reflect"

// VerifyRows is verifyRows.
const VerifyRows = verifyRows

// Exec runs any statement on a reader's or writer's connection, for tests of the engines.
func Exec(q Querier, sql string, args ...any) error {
	_, err := q.work().link.exec(sql, args...)
	return err
}

// Query counts the rows of a statement.
func Query(q Querier, sql string, args ...any) (rows [][]string, err error) {
	err = q.work().link.query(sql, args, func(r row) error {
		var name, detail string
		err := r.Scan(&name, &detail)
		rows = append(rows, []string{name, detail})
		return err
	})
	return rows, err
}

// DiffForTest is diff.
func DiffForTest(was, is string) string { return string(diff([]byte(was), []byte(is))) }

// NounTypes are the types of all nouns that are kept.
func NounTypes() (types []reflect.Type) {
	for _, r := range newCatalog().all {
		types = append(types, r.pointer().Elem())
	}
	return types
}

// PrivateOf is a noun's private part; nil when it has none.
func PrivateOf(noun any) any {
	if field := reflect.ValueOf(noun).Elem().FieldByName("Private"); field.IsValid() {
		return field.Addr().Interface()
	}
	return nil
}

// PlanOf is how SQLite means to find the nouns that meet the conditions.
func PlanOf[T any](q Querier, c *Collection[T], conds ...Cond) (steps string, err error) {
	at := within(q)
	for _, cond := range conds {
		at.add(cond)
	}
	sql := "explain query plan " + c.fields + at.newestLive()
	err = q.work().link.query(sql, at.args, func(r row) error {
		var id, parent, unused int64
		var detail string
		err := r.Scan(&id, &parent, &unused, &detail)
		steps += detail + "\n"
		return err
	})
	return steps, err
}
