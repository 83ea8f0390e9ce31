// Command storybook serves every page of the portal in every state with sample data.
//
//	go run ./internal/web/storybook/cmd -listen 127.0.0.1:4280
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/portico-billing/portico/internal/web/storybook"
)

func main() {
	address := flag.String("listen", "127.0.0.1:4280", "where to listen; port 0 picks a free one")
	flag.Parse()
	if err := serve(*address); err != nil {
		fmt.Fprintln(os.Stderr, "storybook:", err)
		os.Exit(1)
	}
}

func serve(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/\n", listener.Addr())
	server := &http.Server{Handler: storybook.Handler(), ReadHeaderTimeout: 5 * time.Second}
	return server.Serve(listener)
}
