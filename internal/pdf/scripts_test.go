package pdf_test

import (
	"strings"
	"testing"
)

// sayings has a sentence in each language of the portal, with the letters that language adds.
var sayings = map[string]string{
	"bg":     "Фактура за месечен абонамент, платена на 17 април 2025 г.",
	"cs":     "Příliš žluťoučký kůň úpěl ďábelské ódy – 1 234,50 Kč",
	"da":     "Månedlig fornyelse på æbleskiver, øl og å – 1.234,50 kr.",
	"de":     "Fällig am 17. April 2025: Größenübermaß „Straße“ 1.234,50 €",
	"el":     "Επαγγελματικό πρόγραμμα – χρέωση ανά χρήστη, ΐ ΰ 12,00 €",
	"en":     "Unused time on Starter – “12 of 30 days” £1,234.50",
	"en-AU":  "Amount due A$1,234.50",
	"en-CA":  "Amount due CA$1,234.50",
	"en-GB":  "VAT at 20% £1,234.50",
	"en-IE":  "Amount due €1,234.50",
	"en-IN":  "GST at 18% ₹1,23,456.00",
	"en-NZ":  "Amount due NZ$1,234.50",
	"en-SG":  "Amount due S$1,234.50",
	"es":     "¿Cuánto pagué? El pingüino añejo, 1.234,50 €",
	"es-419": "Próxima renovación: 17 de abril de 2025, MXN 1,234.50",
	"et":     "Järgmine makse õöäü šž 1 234,50 €",
	"fi":     "Seuraava lasku erääntyy, Åbo, äö 1 234,50 €",
	"fil":    "Halagang dapat bayaran ñ ₱1,234.50",
	"fr":     "Échéance : « déjà reçu », œuvre, ça, 1 234,50 €",
	"fr-CA":  "Montant dû : 1 234,50 $ CA",
	"hr":     "Čćšđž – sljedeći račun 1.234,50 €",
	"hu":     "Árvíztűrő tükörfúrógép 1 234,50 Ft",
	"id":     "Jumlah yang harus dibayar Rp 1.234.500",
	"it":     "Perché no? Città, più, è già 1.234,50 €",
	"ja":     "請求書：プロプラン（11月1日～30日）、お支払い額 ￥1,234",
	"ko":     "청구서: 프로 요금제 월간 구독 (사용자당) ₩15,000",
	"lt":     "Ąčęėįšųūž – kita sąskaita 1 234,50 €",
	"lv":     "Āčēģīķļņšūž – nākamais rēķins 1 234,50 €",
	"ms":     "Jumlah perlu dibayar RM1,234.50",
	"mt":     "Ċ ġ ħ ż – il-kont li jmiss €1,234.50",
	"nb":     "Neste faktura på æ ø å 1 234,50 kr",
	"nl":     "Volgende factuur: coördinatie, één, 1.234,50 €",
	"pl":     "Zażółć gęślą jaźń 1 234,50 zł",
	"pt":     "Próxima fatura: ação, coração, 1.234,50 €",
	"pt-BR":  "Próxima cobrança em 17 de abril: R$ 1.234,50",
	"ro":     "Următoarea factură: țară, șarpe, î â ă 1.234,50 RON",
	"ru":     "Профессиональный тариф, съёмка, 1 234,50 ₽",
	"sk":     "Kŕdeľ ďatľov učí koňa žrať kôru 1 234,50 €",
	"sl":     "Naslednji račun: čšž 1.234,50 €",
	"sv":     "Nästa faktura på åäö 1 234,50 kr",
	"th":     "ใบแจ้งหนี้ ก๊วยเตี๋ยว น้ำ ป้า ปั๊ม ที่นั่งผู้ใช้ ฿3,284.90",
	"tr":     "Sıradaki İstanbul faturası: ığüşöç ₺1.234,50",
	"vi":     "Gói chuyên nghiệp – phí hàng tháng ữ ặ ễ ợ 250.000 ₫",
	"zh":     "发票：专业版订阅，每月席位费用 ¥68.00",
	"zh-HK":  "發票：專業版訂閱，廣東話 囉嚟喺 HK$80.00",
	"zh-TW":  "發票：專業版訂閱，每月席位費用 NT$80",

	"hi": "राष्ट्रीय क्रिकेट संघ श्री ज्ञान क्षेत्र ₹100",
}

func TestEveryLanguageCanBeCopiedFromThePage(t *testing.T) {
	t.Parallel()
	if len(sayings) != 46+1 {
		t.Fatalf("%d languages", len(sayings))
	}
	r := newRenderer(t)
	for locale, saying := range sayings {
		t.Run(locale, func(t *testing.T) {
			t.Parallel()
			d := paid()
			d.Locale, d.Memo, d.Headline = locale, saying, saying
			got := words(t, render(t, r, d))
			saying := strings.Join(strings.Fields(saying), " ")
			if n := strings.Count(got, saying); n != 2 {
				t.Errorf("stands there %d times, want 2 (bold and regular)\nwant %s\n got %s",
					n, saying, got[:min(len(got), 900)])
			}
		})
	}
}

// TestNamesThatRunToTheLeft: poppler hands out words from left to right as seen, so whole lines
// cannot be compared, but each word must read as it was given.
func TestNamesThatRunToTheLeft(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	for _, name := range []string{
		"شركة النور للتجارة (VIP) 2025",
		"حسابداری می\u200cخواهم ۱۲۳",
		"חברת הדוגמה בע״מ, רחוב 12 תל אביב",
		"لا إله",
	} {
		d := paid()
		d.BillTo.Name = name
		got := words(t, render(t, r, d))
		for _, word := range strings.Fields(name) {
			if !strings.Contains(got, strings.Trim(word, ",")) {
				t.Errorf("%s: %q is not to be found in %s", name, word, got[:min(len(got), 600)])
			}
		}
	}
}
