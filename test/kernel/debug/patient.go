// A TUN program with something to debug: it asks for a device again and again, and says how that went.
//
//	patient rounds [word…]
//
// Prints its arguments and what its standard streams are, then a line a round; ends with status 3.
package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

type request struct {
	name  [16]byte
	flags uint16
	_     [22]byte
}

func control(fd int, number uintptr, argument unsafe.Pointer) syscall.Errno {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), number, uintptr(argument))
	return errno
}

func attempt() string {
	tun, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return err.Error()
	}
	asked := request{flags: 0x1001} // IFF_TUN | IFF_NO_PI
	errno := control(tun, syscall.TUNSETIFF, unsafe.Pointer(&asked))
	device := string(asked.name[:])
	syscall.Close(tun) // after the call
	if errno != 0 || device == "" {
		return errno.Error()
	}
	return "ok"
}

func main() {
	argc := len(os.Args)
	rounds, _ := strconv.Atoi(os.Args[1])
	for _, word := range os.Args[2:] {
		fmt.Println("argument", word)
	}
	var settings [64]byte
	terminals := [3]int{}
	for fd := range terminals {
		if control(fd, syscall.TCGETS, unsafe.Pointer(&settings)) == 0 {
			terminals[fd] = 1
		}
	}
	group, foreground := int32(0), 0
	control(0, syscall.TIOCGPGRP, unsafe.Pointer(&group))
	if int(group) == syscall.Getpgrp() {
		foreground = 1
	}
	colour := os.Getenv("COLOUR")
	fmt.Println("terminal", terminals[0], terminals[1], terminals[2], "foreground", foreground, "colour", colour)
	for round := 0; round < rounds; round++ {
		result := attempt() // each round
		fmt.Printf("round %d: %s\n", round, result)
		time.Sleep(20 * time.Millisecond)
	}
	if argc > 0 {
		os.Exit(3) // at the end
	}
}
