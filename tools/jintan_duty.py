"""Duty desks, rosters and call ladders of the sample city. Telephone numbers are invented (exchange 0000); limits are
this sample city's own."""

from jintan_units import table

BASIS = "local rule"

# code | unit | phone | zh | en
DESKS = """
hotline | centre | 12345 | 12345热线班组（样例） | Hotline floor (sample)
duty_room | centre | 0519-00009999 | 区总值班室（样例） | District duty room (sample)
emergency | emergency | 0519-00009998 | 应急值班室（样例） | Emergency duty desk (sample)
flood | water_bureau | 0519-00009997 | 防汛值班室（样例） | Flood duty desk (sample)
"""

# desk | person | part | from | upto | every | weekdays | begins | ends: day and night turns with two people each
ROSTER = """
hotline | operator1 | member | 2026-01-01 | | 2 | | 08:00 | 20:00
hotline | operator3 | member | 2026-01-01 | | 2 | | 20:00 | 08:00
hotline | operator2 | member | 2026-01-02 | | 2 | | 08:00 | 20:00
hotline | operator4 | member | 2026-01-02 | | 2 | | 20:00 | 08:00
hotline | dutyleader1 | leader | | | | mon tue wed thu | 00:00 | 24:00
hotline | dutyleader2 | leader | | | | fri sat sun | 00:00 | 24:00
duty_room | dispatcher1 | member | | | | | 08:00 | 20:00
duty_room | supervisor1 | member | | | | | 20:00 | 08:00
duty_room | leader1 | leader | | | | | 00:00 | 24:00
emergency | emergency1 | member | | | | | 08:00 | 20:00
emergency | emergency2 | member | | | | | 20:00 | 08:00
emergency | emergency_head | leader | | | | | 00:00 | 24:00
flood | water1 | member | | | | | 08:00 | 08:00
"""

# Who is called when an urgent order lies unsigned: within | zh | en. The first rung is the unit's own number.
RUNGS = [
    ("5 wall_minutes", "值班电话", "Duty telephone"),
    ("10 wall_minutes", "值班副职", "Deputy on duty"),
    ("15 wall_minutes", "值班领导", "Leader on duty"),
]
UNCALLED = {"centre", "discipline"}


def desks():
    return [[code, unit, phone, zh, en] for code, unit, phone, zh, en in table(DESKS, 5)]


def roster():
    return [row[:6] + [row[6].replace(" ", "|")] + row[7:] for row in table(ROSTER, 9)]


def ladders(units, numbers):
    """[unit, rung, within, phone, zh, en, basis] for every unit that gets orders. units: rows of units.csv; numbers: what
    makes invented numbers, after those of the units."""
    rows = []
    for unit in units:
        code, phone = unit[0], unit[5]
        if code in UNCALLED:
            continue
        for n, (within, zh, en) in enumerate(RUNGS, 1):
            rows.append([code, n, within, phone if n == 1 else numbers(), zh, en, BASIS])
    return rows
