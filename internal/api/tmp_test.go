package api_test
import ("testing";"net/http/httptest";"os/exec")
func TestTmp(t *testing.T){ d:=paid(t); s:=httptest.NewServer(d.handler); defer s.Close()
out,err:=exec.Command("node","/work/main/e2e/tmp_smoke.mjs",s.URL,d.key).CombinedOutput(); t.Log(string(out)); if err!=nil{t.Fatal(err)}
}
