"""Words to invent people and streets from. Common names; any likeness is chance."""

FIRST_NAMES = """
Adam Agnes Aisha Alan Alice Amara Amir Andrew Angela Anna Anil Arthur Asif Ayesha Barbara Ben Beth Brian Callum Carol
Catherine Chloe Chris Ciaran Clare Colin Craig Daisy Daniel David Dawn Deepa Derek Diane Donna Dorota Edith Eleanor
Eluned Emily Emma Eric Ewa Faisal Farah Fatima Fiona Francis Frank Gareth Gary Gemma George Gillian Grace Graham Gwen
Hannah Harry Hassan Hazel Heather Helen Hugh Ian Imran Irene Isla Ivan Jack Jacob James Jane Janet Jasmine Jean Jenny
Joan Joe John Joyce Judith Julia Karen Kate Keith Kelly Ken Kevin Krystyna Kwame Laura Leah Lee Leon Lewis Liam Linda
Lisa Lucy Lynn Magda Margaret Maria Mark Martin Mary Matthew Maureen Megan Michael Mohammed Molly Nadia Naomi Natalie
Neil Nia Nicola Noor Norah Oliver Olivia Owen Pamela Patricia Paul Peter Philip Priya Rachel Raj Rebecca Rhys Richard
Robert Rosa Rosie Roy Ruth Ryan Sadia Sally Samuel Sandra Sarah Sean Sharon Sheila Simon Sofia Stella Stephen Susan
Tariq Teresa Thomas Tim Tom Tracey Una Victor Wendy William Yusuf Zara Zoe
""".split()

SURNAMES = """
Adams Ahmed Akhtar Ali Allen Anderson Atkinson Bailey Baker Banerjee Barnes Begum Bell Bennett Bhatt Brady Brook Brown
Burke Butler Byrne Campbell Carr Carter Chapman Clark Cohen Cole Collins Cook Cooper Cox Cross Daly Davies Dixon Doyle
Edwards Ellis Evans Farrell Fisher Fletcher Foster Fox Francis Gill Grant Gray Green Griffiths Hall Harper Harris
Harvey Hassan Hill Holmes Hughes Hunt Hussain Hussein Iqbal Jackson James Jenkins Jones Joseph Kaur Kelly Khan King
Knight Kowalski Lee Lewis Lloyd Lynch Malik Marsh Martin Mason Matthews Mensah Miah Miller Mills Mitchell Moore Morgan
Morris Murphy Murray Nowak Nwosu O'Brien O'Neill Okafor Owen Palmer Parker Patel Pearce Perry Phillips Pickering
Powell Price Quinn Rahman Reid Rees Reynolds Richards Roberts Robinson Rogers Rose Russell Ryan Saunders Scott Shah
Shaw Simpson Singh Smith Spencer Stevens Stewart Stone Sullivan Taylor Thomas Thompson Turner Walker Walsh Ward Watson
Webb Wells West White Wilkinson Williams Wilson Wood Woods Wright Young
""".split()

STREET_STEMS = """
Abbey Acorn Albert Alder Alma Anchor Apple Ash Aspen Avon Badger Bank Barley Beacon Beech Birch Bishop Blenheim
Bramble Brewer Bridge Briar Brook Cable Canal Castle Cedar Chapel Cherry Chestnut Clarence Cliff Clover Cobden
Coronation Cross Damson Dene Derby Dove Eagle Elder Elm Falcon Farm Fern Field Fir Forge Foundry Garden George Glebe
Gorse Grange Hawthorn Hazel Heath Heron High Hill Holly Inkerman Ivy Jasmine Jubilee Kiln King Kingfisher Lark Laurel
Lilac Lime Linden Lodge Long Maple Market Meadow Mill Moor Nelson New Oak Old Orchard Otter Park Pear Pine Plough
Poplar Priory Quarry Queen Railway Raven Reservoir Ridge River Robin Rope Rose Rowan Rush Sable School Silver Sorrel
Spring Station Sycamore Tanner Temple Thistle Trinity Union Vale Vicarage Victoria Walnut Water Well West Wharf Willow
Wood Wren Yew
""".split()

STREET_KINDS = ("Road", "Street", "Avenue", "Close", "Lane", "Drive", "Terrace", "Grove")
PLACE_KINDS = (
    *("Primary School", "Community Centre", "Church Hall", "Library", "Methodist Church", "Scout Hut"),
    *("Sports Pavilion", "Village Hall", "Children's Centre", "Social Club"),
)
