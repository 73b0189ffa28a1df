"""Words that tell where a title ends and a text begins, in the languages of the dumps."""

LAST_WORDS = """
ab an auf aus bei ein fest frei her hin los mit nach statt um vor weg weiter zu zurück zusammen
über ja nein nun was wer wie da so tot alt neu gut rot up out off in on over down back to it him
us now dead
"""
"""German titles often end in the first half of a separable verb; English ones in a particle."""

OPENERS = """
Der Die Das Ein Eine Einen Einem Einer Im In Am An Auf Aus Bei Beim Nach Vor Vom Von Mit Ohne Für
Gegen Wegen Trotz Laut Seit Zum Zur Unter Über Um Zwischen Während Es Er Sie Wir Ich Man Wer Wie
Was Wo Wenn Weil Als Ob Dass Nun Jetzt Noch Nur Auch Viele Mehr Mehrere Zwei Drei Vier Fünf Zehn
Rund Etwa Knapp Fast Unklar Nicht Kein Keine Sein Seine Ihr Ihre Diese Dieser Dieses The A At On
After Before For With He She It They We You His Her This That These From Two Three How Why What
When While As If No Le La Les Un Une Des Du Au El Los Las Una Il Lo Gli De Het Een
"""
"""What sentences begin with."""

NAMES = """
AfD YouTube iPhone iPad iPod iMac iCloud iTunes iOS macOS MacBook eBay eScooter eSport WhatsApp
TikTok LinkedIn PayPal PlayStation GameStop GitHub GitLab ChatGPT OpenAI DeepL DeepMind DeepSeek
AstraZeneca BioNTech CureVac HelloFresh SpaceX StarLink FedEx BlackRock BlackBerry JPMorgan
PricewaterhouseCoopers GlaxoSmithKline ThyssenKrupp ProSieben ProSiebenSat RTLplus MagentaTV
DisneyPlus SoundCloud SnapChat FaceTime AirPods AirTag AirBnB EasyJet JetBlue WizzAir FlixBus
FlixTrain BlaBlaCar ShareNow CarSharing WeWork WeTransfer OneDrive OnlyFans PowerPoint JavaScript
TypeScript WordPress MySQL PostgreSQL QAnon MeToo BlackLivesMatter FridaysForFuture HipHop KiKa
KaDeWe NaWi GmbH gGmbH KdF BfV BfArM StGB StPO BGBl GfK GdP EuGH BVerfG OVGs DiCaprio DeSantis
DeVito DeNiro DeLorean LeBron LaBeouf LaRouche VanDyke MacDonald MacGregor MacKenzie MacArthur
FitzGerald PwC CoV mRNA tRNA pH kWh MWh GWh TWh kW MHz GHz kHz EuroMillions LottoBW ServusTV
CDUler CSUler SPDler FDPler DJs CEOs PKWs LKWs SUVs NGOs TechCrunch BuzzFeed HuffPost HuffPo
WikiLeaks WikiPedia BamS MDRfragt TagesAnzeiger PolitikPlus NachDenkSeiten SchleFaZ RheinEnergie
EnBW StepStone ImmoScout AutoScout InterRail RyanAir TotalEnergies ExxonMobil UniCredit KfW BaFin
BaMF BMin KiTa HartzIV CoronaSchVO FinTech BioTech MedTech EdTech PropTech CleanTech
"""
"""Names with a capital inside."""
