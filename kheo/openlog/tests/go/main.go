// An outside verifier over golang.org/x/mod: reads notes and proofs of our log on standard input, a question a line, and answers "ok" or why not.
//
//	open <vkey> <base64 note>                                        the note is signed by the key
//	sign <private key> <base64 text>                                 the note that Go would sign: base64
//	leaf <size> <root> <index> <base64 entry> <hash,…|->             the entry stands there
//	tree <new size> <new root> <old size> <old root> <hash,…|->      the new tree continues the old one
//	root <root> <hash,…>                                             Go's own tree over these record hashes has this root
//	cosign <public key> <base64 checkpoint body> <base64 payload>    cosignature/v1: u64 time, then Ed25519
package main

import (
	"bufio"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func bytesOf(s string) []byte {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func hash(s string) (h tlog.Hash) {
	copy(h[:], bytesOf(s))
	return h
}

func hashes(s string) (list []tlog.Hash) {
	if s != "-" {
		for _, one := range strings.Split(s, ",") {
			list = append(list, hash(one))
		}
	}
	return list
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, i := range indexes {
		found = append(found, s[i])
	}
	return found, nil
}

func root(records []tlog.Hash) (tlog.Hash, error) {
	var all stored
	for i, record := range records {
		more, err := tlog.StoredHashesForRecordHash(int64(i), record, all)
		if err != nil {
			return tlog.Hash{}, err
		}
		all = append(all, more...)
	}
	return tlog.TreeHash(int64(len(records)), all)
}

func answer(w []string) (string, error) {
	switch w[0] {
	case "open":
		v, err := note.NewVerifier(w[1])
		if err != nil {
			return "", err
		}
		_, err = note.Open(bytesOf(w[2]), note.VerifierList(v))
		return "ok", err
	case "sign":
		s, err := note.NewSigner(w[1])
		if err != nil {
			return "", err
		}
		signed, err := note.Sign(&note.Note{Text: string(bytesOf(w[2]))}, s)
		return base64.StdEncoding.EncodeToString(signed), err
	case "leaf":
		return "ok", tlog.CheckRecord(hashes(w[5]), number(w[1]), hash(w[2]), number(w[3]), tlog.RecordHash(bytesOf(w[4])))
	case "tree":
		return "ok", tlog.CheckTree(hashes(w[5]), number(w[1]), hash(w[2]), number(w[3]), hash(w[4]))
	case "root":
		found, err := root(hashes(w[2]))
		if err == nil && found != hash(w[1]) {
			err = errors.New("another root")
		}
		return "ok", err
	case "cosign":
		payload := bytesOf(w[3])
		time := strconv.FormatUint(binary.BigEndian.Uint64(payload), 10)
		message := "cosignature/v1\ntime " + time + "\n" + string(bytesOf(w[2]))
		if !ed25519.Verify(bytesOf(w[1]), []byte(message), payload[8:]) {
			return "", errors.New("the cosignature does not hold")
		}
		return "ok", nil
	}
	return "", errors.New("no such question")
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		said, err := answer(strings.Split(lines.Text(), " "))
		if err != nil {
			said = "no: " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		os.Stdout.WriteString(said + "\n")
	}
}
