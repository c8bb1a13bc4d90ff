// Go's package net over AF_UNIX, as a server and a client of the benchmarks:
//
//	reference-go server SERVICE ENDPOINT
//	reference-go client ENDPOINT
//
// It speaks with the harness as ../c/server.c and ../c/client.c do, serves "echo" with a goroutine
// for each connection, and measures RoundTrip and Throughput. One goroutine makes the exchanges.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	largestPayload       = 1 << 20
	mostSamples          = 1 << 20
	helloBytes           = 12
	helloEcho            = 1
	helloSink            = 2
	acknowledgementBytes = 8
)

// Bytes on a heap, which are not counted here; user and system time in nanoseconds; voluntary and
// involuntary switches; the time of a compiler, of which there is none.
type usage [4]int64

func used() usage {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return usage{}
	}
	return usage{r.Utime.Nano(), r.Stime.Nano(), int64(r.Nvcsw), int64(r.Nivcsw)}
}

func (now usage) minus(then usage) usage {
	for i := range now {
		now[i] -= then[i]
	}
	return now
}

func (u usage) String() string {
	return fmt.Sprintf("0 %d %d %d %d 0", u[0], u[1], u[2], u[3])
}

func path(endpoint string) (string, error) {
	if !strings.HasPrefix(endpoint, "unix:") {
		return "", fmt.Errorf("%s: only unix:PATH", endpoint)
	}
	return strings.TrimPrefix(endpoint, "unix:"), nil
}

func serve(conn net.Conn) {
	defer conn.Close()
	hello := make([]byte, helloBytes)
	if _, err := io.ReadFull(conn, hello); err != nil {
		return
	}
	payload := binary.BigEndian.Uint32(hello[4:])
	if payload == 0 || payload > largestPayload {
		return
	}
	buffer := make([]byte, payload)
	switch binary.BigEndian.Uint32(hello) {
	case helloEcho:
		echo(conn, buffer)
	case helloSink:
		sink(conn, buffer, binary.BigEndian.Uint32(hello[8:]))
	}
}

func echo(conn net.Conn, buffer []byte) {
	for {
		if _, err := io.ReadFull(conn, buffer); err != nil {
			return
		}
		if _, err := conn.Write(buffer); err != nil {
			return
		}
	}
}

func sink(conn net.Conn, buffer []byte, messages uint32) {
	acknowledgement := make([]byte, acknowledgementBytes)
	for {
		for i := uint32(0); i < messages; i++ {
			if _, err := io.ReadFull(conn, buffer); err != nil {
				return
			}
		}
		if _, err := conn.Write(acknowledgement); err != nil {
			return
		}
	}
}

func server(service, endpoint string) error {
	if service != "echo" {
		return fmt.Errorf("no such service: %s", service)
	}
	name, err := path(endpoint)
	if err != nil {
		return err
	}
	listener, err := net.Listen("unix", name)
	if err != nil {
		return err
	}
	defer listener.Close() // which removes the file
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	fmt.Println("ready " + endpoint)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		switch lines.Text() {
		case "usage":
			fmt.Println("usage", used())
		case "heap":
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			fmt.Println("heap", memory.HeapAlloc)
		default:
			fmt.Println("error", lines.Text())
		}
	}
	return nil
}

type task struct {
	workload string
	payload  int
	messages int
}

type client struct {
	server  string
	task    task
	conn    net.Conn
	out     []byte
	in      []byte
	samples []uint32
	count   int
}

func (c *client) open(wanted task) error {
	c.close()
	mode, answer := uint32(helloEcho), wanted.payload
	switch wanted.workload {
	case "RoundTrip":
	case "Throughput":
		mode, answer = helloSink, acknowledgementBytes
	default:
		return fmt.Errorf("no such workload: %s", wanted.workload)
	}
	if wanted.payload < 1 || wanted.payload > largestPayload || wanted.messages < 1 {
		return fmt.Errorf("no such payload: %d", wanted.payload)
	}
	conn, err := net.Dial("unix", c.server)
	if err != nil {
		return err
	}
	hello := make([]byte, helloBytes)
	binary.BigEndian.PutUint32(hello, mode)
	binary.BigEndian.PutUint32(hello[4:], uint32(wanted.payload))
	binary.BigEndian.PutUint32(hello[8:], uint32(wanted.messages))
	if _, err := conn.Write(hello); err != nil {
		conn.Close()
		return err
	}
	c.conn, c.task = conn, wanted
	c.out, c.in = make([]byte, wanted.payload), make([]byte, answer)
	return nil
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
	}
	c.conn, c.task = nil, task{}
}

func (c *client) exchange() error {
	for i := 0; i < c.task.messages; i++ {
		if _, err := c.conn.Write(c.out); err != nil {
			return err
		}
	}
	_, err := io.ReadFull(c.conn, c.in)
	return err
}

func (c *client) add(took time.Duration) {
	c.samples[c.count] = uint32(math.Min(float64(took), math.MaxUint32))
	c.count++
}

// One exchange after another: how many, and how long that took.
func (c *client) measure(length time.Duration) (int, time.Duration, error) {
	begin := time.Now()
	then := begin
	for {
		if err := c.exchange(); err != nil {
			return 0, 0, err
		}
		now := time.Now()
		c.add(now.Sub(then))
		then = now
		if now.Sub(begin) >= length || c.count == mostSamples {
			return c.count, now.Sub(begin), nil
		}
	}
}

// Each exchange when it is due and the one before it has ended; two samples are those of one.
func (c *client) pace(length time.Duration, perSecond float64) (int, time.Duration, error) {
	begin := time.Now()
	now := begin
	for i := 0; c.count < mostSamples; i++ {
		after := time.Duration(float64(i) * 1e9 / perSecond)
		if after >= length {
			break
		}
		due := begin.Add(after)
		begun := time.Now()
		for begun.Before(due) {
			begun = time.Now()
		}
		if err := c.exchange(); err != nil {
			return 0, 0, err
		}
		now = time.Now()
		c.add(now.Sub(due))
		c.add(now.Sub(begun))
	}
	return c.count / 2, now.Sub(begin), nil
}

func (c *client) obey(line string, out *bufio.Writer) error {
	var (
		verb      string
		wanted    task
		one       int
		nanos     int64
		perSecond float64
	)
	if _, err := fmt.Sscan(line, &verb, &wanted.workload, &wanted.payload, &wanted.messages, &one, &nanos); err != nil {
		return err
	}
	if wanted != c.task {
		if err := c.open(wanted); err != nil {
			return err
		}
	}
	c.count = 0
	before := used()
	var exchanges int
	var took time.Duration
	var err error
	if verb == "pace" {
		fields := strings.Fields(line)
		if _, err := fmt.Sscan(fields[len(fields)-1], &perSecond); err != nil || !(perSecond > 0) {
			return fmt.Errorf("no such rate: %s", line)
		}
		exchanges, took, err = c.pace(time.Duration(nanos), perSecond)
	} else {
		exchanges, took, err = c.measure(time.Duration(nanos))
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "samples", c.count, exchanges, took.Nanoseconds(), used().minus(before))
	return binary.Write(out, binary.LittleEndian, c.samples[:c.count])
}

func repeat(endpoint string) error {
	name, err := path(endpoint)
	if err != nil {
		return err
	}
	c := &client{server: name, samples: make([]uint32, mostSamples)}
	for i := range c.samples {
		c.samples[i] = math.MaxUint32 // no page faults while measuring
	}
	defer c.close()
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := c.obey(lines.Text(), out); err != nil {
			c.close()
			fmt.Fprintln(out, "error", err)
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	err := fmt.Errorf("usage: reference-go server SERVICE ENDPOINT | client ENDPOINT")
	switch {
	case len(os.Args) == 4 && os.Args[1] == "server":
		err = server(os.Args[2], os.Args[3])
	case len(os.Args) == 3 && os.Args[1] == "client":
		err = repeat(os.Args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "reference-go:", err)
		os.Exit(1)
	}
}
