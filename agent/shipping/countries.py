"""Countries: ISO 3166 codes with the names that sheets use, and what UPS treats as a country of its own."""

from typing import Final

_TABLE = """
AD Andorra|AE United Arab Emirates;UAE;Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania
AM Armenia
AO Angola|AR Argentina|AS American Samoa|AT Austria;Oesterreich;Österreich|AU Australia|AW Aruba|AZ Azerbaijan
BA Bosnia and Herzegovina;Bosnia|BB Barbados|BD Bangladesh|BE Belgium;Belgique;Belgie;België;Belgien|BF Burkina Faso
BG Bulgaria;България|BH Bahrain|BI Burundi|BJ Benin|BL Saint Barthelemy|BM Bermuda
BN Brunei;Brunei Darussalam|BO Bolivia
BR Brazil;Brasil|BS Bahamas;The Bahamas|BT Bhutan|BW Botswana|BY Belarus|BZ Belize|CA Canada;CAN
CD Democratic Republic of the Congo;DR Congo;Congo Kinshasa|CF Central African Republic|CG Republic of the Congo;Congo
CH Switzerland;Schweiz;Suisse;Svizzera|CI Ivory Coast;Cote d'Ivoire;Côte d'Ivoire|CK Cook Islands|CL Chile|CM Cameroon
CN China;PRC;Peoples Republic of China;Mainland China|CO Colombia|CR Costa Rica|CU Cuba|CV Cape Verde;Cabo Verde
CW Curacao;Curaçao|CY Cyprus;Κύπρος|CZ Czech Republic;Czechia;Česko;Cesko|DE Germany;Deutschland|DJ Djibouti
DK Denmark;Danmark
DM Dominica|DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia;Eesti|EG Egypt|ER Eritrea|ES Spain;España;Espana
ET Ethiopia|FI Finland;Suomi|FJ Fiji|FK Falkland Islands|FM Micronesia;Federated States of Micronesia|FO Faroe Islands
FR France|GA Gabon|GB United Kingdom;UK;Great Britain;Britain;England;Scotland;Wales;Northern Ireland;GBR
GD Grenada|GE Georgia;Republic of Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland
GM Gambia;The Gambia|GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece;Hellas;Ελλάδα|GT Guatemala|GU Guam
GW Guinea-Bissau|GY Guyana|HK Hong Kong;Hong Kong SAR;Hongkong|HN Honduras|HR Croatia;Hrvatska|HT Haiti
HU Hungary;Magyarország|ID Indonesia|IE Ireland;Republic of Ireland;Eire;Éire|IL Israel|IM Isle of Man
IN India|IQ Iraq|IR Iran
IS Iceland;Ísland|IT Italy;Italia|JE Jersey|JM Jamaica|JO Jordan|JP Japan;Nippon;日本|KE Kenya|KG Kyrgyzstan
KH Cambodia|KI Kiribati
KM Comoros|KN Saint Kitts and Nevis;St Kitts and Nevis|KP North Korea|KR South Korea;Korea;Republic of Korea
KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos|LB Lebanon|LC Saint Lucia;St Lucia|LI Liechtenstein|LK Sri Lanka
LR Liberia|LS Lesotho|LT Lithuania;Lietuva|LU Luxembourg|LV Latvia;Latvija|LY Libya|MA Morocco|MC Monaco
MD Moldova|ME Montenegro
MG Madagascar|MH Marshall Islands|MK North Macedonia;Macedonia|ML Mali|MM Myanmar;Burma|MN Mongolia|MO Macau;Macao
MP Northern Mariana Islands;Saipan|MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives
MW Malawi|MX Mexico;México;MEX|MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NF Norfolk Island
NG Nigeria|NI Nicaragua|NL Netherlands;The Netherlands;Holland;Nederland|NO Norway;Norge|NP Nepal|NR Nauru
NZ New Zealand|OM Oman|PA Panama|PE Peru;Perú|PF French Polynesia;Tahiti|PG Papua New Guinea|PH Philippines
PK Pakistan|PL Poland;Polska|PR Puerto Rico|PS Palestine|PT Portugal|PW Palau|PY Paraguay|QA Qatar|RE Reunion;Réunion
RO Romania;România|RS Serbia|RU Russia;Russian Federation|RW Rwanda|SA Saudi Arabia;KSA|SB Solomon Islands
SC Seychelles
SD Sudan|SE Sweden;Sverige|SG Singapore|SI Slovenia;Slovenija|SK Slovakia;Slovensko|SL Sierra Leone
SM San Marino|SN Senegal|SO Somalia
SR Suriname|SS South Sudan|SV El Salvador|SX Sint Maarten|SY Syria|SZ Eswatini;Swaziland|TC Turks and Caicos Islands
TD Chad|TG Togo|TH Thailand|TJ Tajikistan|TL East Timor;Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga
TR Turkey;Türkiye;Turkiye|TT Trinidad and Tobago;Trinidad|TV Tuvalu|TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda
US United States;USA;United States of America;America;The United States;U S A;U S|UY Uruguay|UZ Uzbekistan
VA Vatican City|VC Saint Vincent and the Grenadines;St Vincent|VE Venezuela
VG British Virgin Islands;Virgin Islands British
VI US Virgin Islands;U S Virgin Islands;Virgin Islands;USVI;Virgin Islands US
VN Vietnam;Viet Nam|VU Vanuatu|WF Wallis and Futuna|WS Samoa
XC Ceuta|XK Kosovo|XL Melilla|YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia
ZW Zimbabwe
"""

COUNTRY_NAMES: Final[dict[str, tuple[str, ...]]] = {
    entry[:2]: tuple(entry[3:].split(";")) for entry in _TABLE.strip().replace("\n", "|").split("|")
}
"""Code to names; the first one is shown."""

US_TERRITORIES: Final[dict[str, str]] = {
    "PR": "Puerto Rico",
    "VI": "US Virgin Islands",
    "GU": "Guam",
    "AS": "American Samoa",
    "MP": "Northern Mariana Islands",
    "FM": "Micronesia",
    "MH": "Marshall Islands",
    "PW": "Palau",
}
"""Sheets and the postal service write these as states; at UPS they are country codes (docs/ups-facts.md)."""

_WITHOUT_CODES = """
AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GD GM GQ GY HK JM KI KM KN KP LC ML MO MR MW NR PA QA
RW SB SC SL SR SX SY TD TG TL TO TV UG VU YE ZW
"""
NO_POSTAL_CODES: Final[frozenset[str]] = frozenset(_WITHOUT_CODES.split())
"""Countries without postal codes: the cell may be blank."""

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EUROPEAN_UNION: Final[frozenset[str]] = frozenset(_MEMBERS.split())
"""Its members: what “the EU” means in words."""
EU_CUSTOMS: Final[frozenset[str]] = EUROPEAN_UNION | {"MC"}
"""The customs area: Monaco is in it; Ceuta and Melilla, with codes of their own at UPS, are not."""
