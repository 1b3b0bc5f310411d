// Signs a customer's identity for Bursar and opens portal sessions. Runs on your server, never in a browser.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

// Signer is what v2 tokens are signed with.
type Signer struct{ KeyID, Secret, Vendor, Mode string }

type claims struct {
	Vendor string `json:"vendor"`
	Mode   string `json:"mode"`
	IDType string `json:"id_type"`
	ID     string `json:"id"`
	Iat    int64  `json:"iat"`
	Exp    int64  `json:"exp"`
	Jti    string `json:"jti"`
	Aud    string `json:"aud"`
}

// IdentityHash is v1: no expiry. The subject is the e-mail address or customer id, exactly as your page sends it.
func IdentityHash(secret, subject string) string {
	return hex.EncodeToString(sign(secret, subject))
}

// IdentityToken is v2: good once, for five minutes. idType is "email" or "customer_id".
func IdentityToken(signer Signer, idType, id string) (string, error) {
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	now := time.Now().Unix() // whole seconds
	payload, err := json.Marshal(claims{
		signer.Vendor, signer.Mode, idType, id, now, now + 300, base64.RawURLEncoding.EncodeToString(nonce), "portal",
	})
	if err != nil {
		return "", err
	}
	signed := "v2." + signer.KeyID + "." + base64.RawURLEncoding.EncodeToString(payload)
	mac := sign(signer.Secret, "bursar-identity-v2\n"+signed)
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac), nil
}

// PortalSessionURL is a one-time address: redirect the customer's browser to it at once.
func PortalSessionURL(url, apiKey, customer string) (string, error) {
	body, err := json.Marshal(map[string]string{"customer": customer})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequest("POST", url+"/v1/portal_sessions", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+apiKey)
	request.Header.Set("Content-Type", "application/json")
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var found struct{ URL, Code, Detail string }
	if err := json.NewDecoder(answer.Body).Decode(&found); err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("%d %s: %s", answer.StatusCode, found.Code, found.Detail)
	}
	return found.URL, nil
}

func sign(secret, message string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(message))
	return mac.Sum(nil)
}

func setting(name string) string {
	value := os.Getenv(name)
	if value == "" {
		fail(fmt.Errorf("%s is not set", name))
	}
	return value
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func run(words []string) (string, error) {
	switch {
	case len(words) == 2 && words[0] == "v1":
		return IdentityHash(setting("BURSAR_IDENTITY_SECRET"), words[1]), nil
	case len(words) == 3 && words[0] == "v2":
		signer := Signer{
			setting("BURSAR_IDENTITY_KEY_ID"), setting("BURSAR_IDENTITY_SECRET"), setting("BURSAR_VENDOR"), setting("BURSAR_MODE"),
		}
		return IdentityToken(signer, words[1], words[2])
	case len(words) == 2 && words[0] == "portal-session":
		return PortalSessionURL(setting("BURSAR_URL"), setting("BURSAR_API_KEY"), words[1])
	case len(words) == 1 && words[0] == "billing-link":
		return "", billingLink(setting("PORT"))
	}
	return "", fmt.Errorf("usage: v1 SUBJECT | v2 email|customer_id ID | portal-session CUSTOMER | billing-link")
}

func main() {
	printed, err := run(os.Args[1:])
	if err != nil {
		fail(err)
	}
	fmt.Println(printed)
}
